/**
 * Arrival as a Lambda function: the target of an EventBridge rule for `Object Created` events.
 *
 * If it throws, Lambda retries the event and finally moves it to the dead-letter queue.
 *
 * @module
 */

import {
  type ArrivalOptions,
  eventBus,
  readObjectEvent,
  type SendRequest,
  type Verdict,
} from 'waybill/arrival'
import { createJudge } from 'waybill/internal/create-arrival'
import type { BucketLocation } from 'waybill-s3'
import {
  bucketFrom,
  credentialsFrom,
  type Environment,
  metricsFrom,
  oneOf,
  ownRegion,
} from './environment.ts'
import { writeLine } from './log/log-line.ts'
import { verdictLine } from './log/verdict-line.ts'
import { type LambdaContext, remainingTime } from './remaining-time.ts'
import { sealingSecret } from './sealing-secret.ts'

type FromEnvironment = keyof BucketLocation | 'credentials' | 'secret'

/**
 * Options of `arrivalHandler`: those of `createArrival` except bucket, credentials and secret,
 * which come from the environment. An option overrides the corresponding setting.
 */
export interface ArrivalHandlerOptions extends Partial<Omit<ArrivalOptions, FromEnvironment>> {
  /**
   * The settings, by name.
   * @default process.env
   */
  readonly environment?: Environment
  /**
   * Sends the calls that read the secret and publish verdicts.
   * @default `fetch` for verdicts, `node:https` for the secret
   */
  readonly send?: SendRequest
  /**
   * Receives one JSON line per object.
   * @default the function's log
   */
  readonly log?: (line: string) => void
}

/**
 * Judges the object that an event reports.
 *
 * `context` is Lambda's second argument. If judging takes longer than the function's remaining
 * time, it fails, and Lambda retries.
 */
export type ArrivalHandler = (event: unknown, context?: LambdaContext) => Promise<Verdict>

/**
 * Creates arrival's handler.
 *
 * Settings in the environment:
 *
 * - Required: `WAYBILL_BUCKET`, and `WAYBILL_SECRET_ARN` or `WAYBILL_SECRET`.
 * - `WAYBILL_EVENT_BUS`: name or ARN of the bus to publish verdicts to. Without it, verdicts are
 *   not published.
 * - `WAYBILL_REJECTED`: `keep` (default) or `delete`.
 * - `WAYBILL_WITHOUT_WAYBILL`: `reject` (default) or `ignore`.
 * - `WAYBILL_REQUIRE_SCAN`: `off` (default) or `on`.
 * - `WAYBILL_METRICS`: `all` (default) or `alarms`.
 * - `WAYBILL_PREFIX`, `WAYBILL_REGION`, `WAYBILL_ENDPOINT`, `WAYBILL_ADDRESSING`,
 *   `WAYBILL_EVENTS_ENDPOINT`: see docs/operate/own-function.md.
 *
 * @throws {TypeError | RangeError} If a setting or option is invalid. The message names it.
 * @example
 * ```ts
 * // index.mjs of the function
 * import { arrivalHandler } from 'waybill-aws/lambda'
 *
 * export const handler = arrivalHandler({ rejected: 'delete' })
 * ```
 */
export function arrivalHandler(options: ArrivalHandlerOptions = {}): ArrivalHandler {
  const { environment = process.env, send, log = writeLine, ...arrivalOptions } = options
  const bus = busFrom(environment, send)
  const place = metricsFrom(environment)
  const judge = createJudge({
    ...bucketFrom(environment),
    prefix: environment.WAYBILL_PREFIX ?? '',
    credentials: () => credentialsFrom(environment),
    secret: sealingSecret({ environment, send }),
    rejected: oneOf(environment, 'WAYBILL_REJECTED', ['keep', 'delete']),
    withoutWaybill: oneOf(environment, 'WAYBILL_WITHOUT_WAYBILL', ['reject', 'ignore']),
    requireScan: oneOf(environment, 'WAYBILL_REQUIRE_SCAN', ['off', 'on']) === 'on',
    ...(bus ? { publish: bus } : {}),
    ...arrivalOptions,
  })
  return async (event, context) => {
    const judgement = await judge(readObjectEvent(event), remainingTime(context))
    log(verdictLine(place, judgement, new Date()))
    return judgement.verdict
  }
}

function busFrom(environment: Environment, send: SendRequest | undefined) {
  const name = environment.WAYBILL_EVENT_BUS
  if (!name) return undefined
  return eventBus({
    name,
    region: ownRegion(environment),
    credentials: () => credentialsFrom(environment),
    endpoint: environment.WAYBILL_EVENTS_ENDPOINT || undefined,
    send,
  })
}
