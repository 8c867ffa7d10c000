/**
 * Finds objects without a verdict by their tags, and invokes the arrival function for each of them.
 * Unlike a redrive, this works even if the events are lost.
 *
 * @module
 */

import {
  callAwsRest,
  type ListedObject,
  listPages,
  readTags,
  type S3CallContext,
} from 'waybill/internal/storage'
import { S3Error } from 'waybill-s3'
import type { AwsAccess } from '../account/aws-access.ts'
import { type ArrivalFunction, judgeAgain } from './arrival-function.ts'
import { inParallel } from './in-parallel.ts'
import { NOT_SCANNED, type Tally } from './tally.ts'

export interface Rescan {
  readonly access: AwsAccess
  readonly arrival: ArrivalFunction
  readonly s3: S3CallContext
  readonly prefix: string
  /** Objects stored after this time are skipped. */
  readonly before: Date
  readonly dryRun: boolean
  readonly tally: Tally
}

/** Some accounts allow only ten concurrent Lambda invocations, and uploads need some of these. */
const AT_ONCE = 4

/** After each page of the listing, yields the number of objects examined so far. */
export async function* rescan(work: Rescan, stop: AbortSignal): AsyncGenerator<number> {
  let seen = 0
  for await (const page of listPages(work.s3, work.prefix)) {
    const old = page.filter(({ lastModified }) => new Date(lastModified) <= work.before)
    await inParallel(old, AT_ONCE, async (object) => {
      if (stop.aborted) return
      await judgeWhereNeeded(work, object)
      seen += 1
    })
    yield seen
    if (stop.aborted) return
  }
}

async function judgeWhereNeeded(work: Rescan, object: ListedObject): Promise<void> {
  const { access, arrival, dryRun, tally } = work
  const { key } = object
  const tag = await verdictOf(work, key)
  if (tag === 'verified' || tag === 'rejected' || tag === 'gone') return
  if (dryRun) {
    tally.add(tag, key)
    return
  }
  const judged = await judgeAgain(access, arrival, landedEvent(arrival, object))
  if (!arrival.requiresScan || !('verdict' in judged) || judged.verdict !== NOT_SCANNED) {
    tally.judged(key, judged)
    return
  }
  await scanAgain(work, key)
  tally.add('scanning', key)
}

/**
 * Returns the `waybill` tag's value, `untagged` if the object has no such tag, or `gone` if the
 * object no longer exists.
 */
async function verdictOf({ s3 }: Rescan, key: string): Promise<string> {
  try {
    return (await readTags(s3, { key })).waybill ?? 'untagged'
  } catch (error) {
    if (error instanceof S3Error && error.status === 404) return 'gone'
    throw error
  }
}

/** Creates an EventBridge event with only the properties that the arrival function reads. */
function landedEvent({ location }: ArrivalFunction, { key, size, etag }: ListedObject): object {
  return {
    version: '0',
    'detail-type': 'Object Created',
    source: 'waybill.rescan',
    detail: { bucket: { name: location.bucket }, object: { key, size, etag } },
  }
}

/**
 * Requests another scan from GuardDuty. The result triggers the arrival function, as after the
 * first scan.
 *
 * @see https://docs.aws.amazon.com/guardduty/latest/APIReference/API_SendObjectMalwareScan.html
 */
async function scanAgain({ access, arrival }: Rescan, key: string): Promise<void> {
  const { region, credentials } = access
  const s3Object = { bucket: arrival.location.bucket, key }
  await callAwsRest(
    {
      service: 'guardduty',
      name: 'guardduty.SendObjectMalwareScan',
      method: 'POST',
      path: '/object-malware-scan/send',
      body: JSON.stringify({ s3Object }),
      timeoutMs: 10_000,
    },
    { region, credentials, endpoint: access.endpointOf('guardduty') },
  )
}
