/**
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 * @module
 */

import type { CredentialsProvider } from 'waybill-s3'
import { partitionOf } from 'waybill-s3/internal/bucket-url'
import { callAwsJson, regionOfArn, type SendRequest } from '../storage/call-aws.ts'
import { keptCredentials } from '../storage/kept-credentials.ts'
import type { PublishVerdict } from './verdict.ts'

/** Options for `eventBus`. */
export interface EventBusOptions {
  /**
   * Name or ARN of the bus. A bus in another account needs its ARN, because EventBridge looks up
   * names in the caller's account.
   * @default 'default'
   */
  readonly name?: string
  /** Region of the bus. If `name` is an ARN, the ARN's region takes precedence. */
  readonly region: string
  readonly credentials: CredentialsProvider
  /** @default AWS's regional endpoint */
  readonly endpoint?: string | undefined
  readonly send?: SendRequest | undefined
  /** @default () => new Date() */
  readonly now?: () => Date
}

/** AWS reserves sources that begin with `aws.`. */
const EVENT_SOURCE = 'waybill'

/**
 * Creates a `publish` function for `createArrival` that sends verdicts to an EventBridge bus. The
 * function rejects if the bus does not accept an event.
 *
 * @example
 * ```ts
 * const publish = eventBus({ name: 'uploads', region, credentials })
 * const arrival = createArrival({ bucket, region, credentials, secret, publish })
 * ```
 */
export function eventBus(options: EventBusOptions): PublishVerdict {
  const { name = 'default', credentials, ...rest } = options
  const region = regionOfArn(name) ?? rest.region
  const current = keptCredentials(credentials, { now: rest.now ?? (() => new Date()) })
  return async (detail, limit) => {
    const entry = {
      EventBusName: name,
      Source: EVENT_SOURCE,
      DetailType: detail.verdict === 'verified' ? 'Upload Verified' : 'Upload Rejected',
      Resources: [`arn:${partitionOf(region).name}:s3:::${detail.bucket}`],
      Detail: JSON.stringify(detail),
    }
    const call = { service: 'events', target: 'AWSEvents.PutEvents', body: { Entries: [entry] } }
    const response = await callAwsJson(call, {
      ...rest,
      ...limit,
      region,
      credentials: await current(),
    })
    const refusal = refusalIn(response)
    if (refusal) throw new Error(`event bus '${name}' refused the verdict: ${refusal}`)
  }
}

/** PutEvents returns 200 even if it accepted none of the events. */
function refusalIn(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null) return 'its response is not JSON'
  const { FailedEntryCount: failed, Entries: entries } = response as Readonly<
    Record<string, unknown>
  >
  if (failed === 0) return undefined
  return Array.isArray(entries) ? JSON.stringify(entries[0]) : 'it named no reason'
}
