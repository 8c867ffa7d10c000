/**
 * The arrival handler of a Lambda function that EventBridge invokes for each `Object Created`
 * event.
 *
 * If the handler throws, Lambda retries the event and finally sends it to the dead-letter queue.
 *
 * @module
 */

import {
  type ArrivalOptions,
  type ArrivedObject,
  eventBus,
  readObjectEvent,
  type SendRequest,
  type Verdict,
} from 'waybill/arrival'
import { createJudge, type Judgment } from 'waybill/internal/arrival'
import {
  bucketFrom,
  type Environment,
  oneOf,
  ownRegion,
  sealingSecret,
} from 'waybill/internal/settings'
import type { BucketLocation } from 'waybill-s3'
import {
  credentialsFrom,
  type LambdaContext,
  metricsFrom,
  remainingTime,
} from './execution-environment.ts'
import { httpsSender } from './https-sender.ts'
import { verdictLine, writeLine } from './metrics.ts'

type FromEnvironment = keyof BucketLocation | 'credentials' | 'secret'

/**
 * Options of `arrivalHandler`: the options of `createArrival` except the bucket, the credentials
 * and the secret, which come from the environment. An option takes precedence over its environment
 * variable.
 */
export interface ArrivalHandlerOptions extends Partial<Omit<ArrivalOptions, FromEnvironment>> {
  /**
   * The environment variables to read settings from.
   * @default process.env
   */
  readonly environment?: Environment
  /**
   * Sends the requests that read the secret and publish verdicts.
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
 * Judges the object that an event is about.
 *
 * Pass Lambda's second argument as `context`. Judging then fails shortly before the function would
 * time out, and Lambda retries the event.
 */
export type ArrivalHandler = (event: unknown, context?: LambdaContext) => Promise<Verdict>

/**
 * Creates the arrival function's Lambda handler. It reads these environment variables:
 *
 * - Required: `WAYBILL_BUCKET`, and `WAYBILL_SECRET_ARN` or `WAYBILL_SECRET`.
 * - `WAYBILL_EVENT_BUS`: name or ARN of the bus to publish verdicts to. Without it, verdicts are
 *   not published.
 * - `WAYBILL_REJECTED`: `keep` (default) or `delete`.
 * - `WAYBILL_WITHOUT_WAYBILL`: `reject` (default) or `ignore`.
 * - `WAYBILL_REQUIRE_SCAN`: `off` (default) or `on`.
 * - `WAYBILL_METRICS`: `all` (default) or `alarms`.
 * - `WAYBILL_PREFIX`, `WAYBILL_REGION`, `WAYBILL_ENDPOINT`, `WAYBILL_ADDRESSING`,
 *   `WAYBILL_EVENTS_ENDPOINT`: see docs/operate/template.md.
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
  const requireScan = oneOf(environment, 'WAYBILL_REQUIRE_SCAN', ['off', 'on']) === 'on'
  const credentials = () => credentialsFrom(environment)
  const isScanning = arrivalOptions.requireScan ?? requireScan
  const judge = createJudge({
    ...bucketFrom(environment),
    prefix: environment.WAYBILL_PREFIX ?? '',
    credentials,
    secret: sealingSecret({ environment, credentials, send: send ?? httpsSender }),
    rejected: oneOf(environment, 'WAYBILL_REJECTED', ['keep', 'delete']),
    withoutWaybill: oneOf(environment, 'WAYBILL_WITHOUT_WAYBILL', ['reject', 'ignore']),
    requireScan,
    ...(bus ? { publish: bus } : {}),
    ...arrivalOptions,
  })
  return async (event, context) => {
    const object = readObjectEvent(event)
    const told = (judgment: Judgment) => {
      log(verdictLine(place, judgment, new Date()))
      return judgment.verdict
    }
    // The EventBridge rule matches S3's events during scans, too, so that none is lost when scans
    // are switched off. `redrive` and `rescan` set another source.
    if (requireScan && Object(event).source === 'aws.s3' && object.scanResult === undefined) {
      const { bucket, key } = object
      return told({ verdict: { verdict: 'skipped', bucket, key, reason: 'scan-awaited' } })
    }
    return told(await judge(isScanning ? object : unscanned(object), remainingTime(context)))
  }
}

/**
 * Once scans are switched off, late results and queued ones still arrive. Only a threat counts then:
 * a failed scan would take back the verdict of S3's own event.
 */
function unscanned({ scanResult, ...object }: ArrivedObject): ArrivedObject {
  return scanResult === 'THREATS_FOUND' ? { ...object, scanResult } : object
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
