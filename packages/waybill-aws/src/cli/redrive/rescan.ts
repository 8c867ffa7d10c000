/**
 * Lists a bucket's objects and has those judged that have no verdict in their tags.
 *
 * It needs no events, because the tags show which objects were never judged.
 *
 * @module
 */

import type { AwsAccess } from 'waybill/internal/aws-access'
import { callAwsRest } from 'waybill/internal/call-rest'
import { type ListedObject, listPages } from 'waybill/internal/list-objects'
import { readTags } from 'waybill/internal/object-tagging'
import type { S3CallContext } from 'waybill/internal/s3-call-context'
import { S3Error } from 'waybill-s3'
import { type ArrivalFunction, judgeAgain } from './arrival-function.ts'
import { inParallel } from './in-parallel.ts'
import type { Tally } from './tally.ts'

/** The options of a rescan. */
export interface Rescan {
  readonly access: AwsAccess
  readonly arrival: ArrivalFunction
  readonly s3: S3CallContext
  readonly prefix: string
  /** Objects stored after this time are skipped. */
  readonly before: Date
  /** Whether to list objects instead of having them judged. */
  readonly dryRun: boolean
  readonly tally: Tally
}

/** Some accounts can run only ten function calls at once, and uploads need some of these. */
const AT_ONCE = 4

/** Yields the number of objects examined so far, after each page of the listing. */
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
  if (!arrival.requiresScan || !('verdict' in judged) || judged.verdict !== 'not-scanned') {
    tally.judged(key, judged)
    return
  }
  await scanAgain(work, key)
  tally.add('scanning', key)
}

/**
 * @returns The value of the `waybill` tag; `untagged` without one, `gone` if the object no longer
 *   exists.
 */
async function verdictOf({ s3 }: Rescan, key: string): Promise<string> {
  try {
    return (await readTags(s3, { key })).waybill ?? 'untagged'
  } catch (error) {
    if (error instanceof S3Error && error.status === 404) return 'gone'
    throw error
  }
}

/** Creates an event with the parts of EventBridge's event that arrival reads. */
function landedEvent({ location }: ArrivalFunction, { key, size, etag }: ListedObject): object {
  return {
    version: '0',
    'detail-type': 'Object Created',
    source: 'waybill.rescan',
    detail: { bucket: { name: location.bucket }, object: { key, size, etag } },
  }
}

/**
 * Makes GuardDuty scan an object again. It sends the result to arrival, as after the first scan.
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
