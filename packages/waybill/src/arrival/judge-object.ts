/**
 * Judges a stored object in five steps: HEAD, compare, tag, HEAD again, publish.
 *
 * A tag belongs to a key or to one of its versions. Without versioning, the bytes may be replaced
 * between HEAD and tagging, so that bytes that were never judged get the tag. Reads therefore
 * require the ETag from the first HEAD, and a second HEAD follows the tagging. If the object has
 * changed, it is judged again. If it is replaced in every round, the tag is set back to pending.
 *
 * @module
 */

import { declaredType, secondsSince } from '../events/report-event.ts'
import { CLAIM_TAG } from '../protocol/claim.ts'
import type { SignerEvent, VerdictEvent } from '../protocol/signer-event.ts'
import type { Seal } from '../seal/seal.ts'
import type { WaybillUnreadable } from '../seal/waybill.ts'
import {
  headObject,
  type ObjectVersion,
  putTags,
  readFirstBytes,
  readTags,
  type StoredObject,
  sameTags,
  type Tags,
  without,
} from '../storage/objects.ts'
import type { S3CallContext } from '../storage/s3-call-context.ts'
import { type Comparison, compareObject } from './compare-object.ts'
import {
  SCAN_TAG,
  type Scanner,
  type ScanQuestion,
  type ScanRecords,
  type ScanState,
  scanState,
} from './malware-scan.ts'
import type { ArrivedObject } from './object-event.ts'
import {
  deleteRejected,
  expectReplacement,
  isOvertaken,
  isPinned,
  isUnchanged,
  unquoted,
} from './replaced-object.ts'
import {
  type Decided,
  type PublishVerdict,
  rejection,
  type Skipped,
  type Verdict,
} from './verdict.ts'

export interface Judging {
  readonly s3: S3CallContext
  readonly seal: Pick<Seal, 'open'>
  readonly scans: ScanRecords
  readonly requireScan: boolean
  /** If set, an object is verified only if this scanner returns `clean`. */
  readonly scanner: Scanner | undefined
  readonly deletesRejected: boolean
  readonly ignoresWithoutWaybill: boolean
  readonly publish: PublishVerdict | undefined
  readonly notify: ((event: SignerEvent) => void) | undefined
}

/** Tags that this call has written to the object, whatever its bytes were. */
interface Written {
  tags?: Tags
  /** The version that has the tags. */
  target?: ObjectVersion
}

export interface Judgment {
  readonly verdict: Verdict
  /** Missing if the object was skipped. */
  readonly event?: VerdictEvent
}

interface Announced {
  readonly verdict: Decided
  readonly event: VerdictEvent
}

const MAX_ROUNDS = 5

/**
 * @throws {Error} If the object keeps being replaced, in which case it is left pending, or if its
 *   waybill cannot be read because the secret is missing.
 * @throws {S3Error | Error} If S3 rejects a request or cannot be reached.
 */
export async function judgeObject(judging: Judging, object: ArrivedObject): Promise<Judgment> {
  const written: Written = {}
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const head = await headObject(judging.s3, object)
    // Bytes with a tag that we wrote must be judged now, even if they have an event of their own.
    const untouched = written.tags === undefined
    if (!head || (untouched && isOvertaken(object, head)))
      return { verdict: skipped(object, 'gone') }
    if (untouched && judging.ignoresWithoutWaybill && head.waybill === undefined) {
      return { verdict: skipped(object, 'no-waybill') }
    }
    const judgment = await judgeRound(judging, object, head, written)
    if (judgment) return judgment
  }
  await withdraw(judging.s3, written)
  throw new Error(`object was replaced ${MAX_ROUNDS} times while being judged and is pending`)
}

/** @returns `undefined` if the object was replaced in the meantime. */
async function judgeRound(
  judging: Judging,
  object: ArrivedObject,
  head: StoredObject,
  written: Written,
): Promise<Judgment | undefined> {
  const { s3, seal } = judging
  const target = targetOf(object, head)
  let judgment: Announced
  try {
    const comparison = await compareObject(object.key, head, seal, (length) =>
      readFirstBytes(s3, target, length, head),
    )
    const question = { object, head, tagsAreOurs: isMalware(written) }
    const { tags, scan } =
      (comparison.rejection ?? comparison.unreadable)
        ? await knownScan(judging, target, question)
        : await scanned(judging, target, question)
    // Malware is rejected even if the waybill cannot be read.
    if (comparison.unreadable && scan.state !== 'malware') {
      await withdraw(s3, written)
      throw cannotJudge(comparison.unreadable)
    }
    const verdict = verdictOf(judging, object, head, comparison, scan)
    const ours = await tagsOf(judging, verdict, head)
    if (await putTags(s3, target, tags, isVerdictTag, ours)) {
      written.tags = ours
      written.target = target
    }
    if (!isPinned(target.versionId) && !(await isTagged(s3, target, head, ours))) return undefined
    judgment = { verdict, event: verdictEvent(s3.now(), verdict, comparison) }
  } catch (error) {
    expectReplacement(error)
    return undefined
  }
  // Not in the `try`: a 404 from the application's `publish` does not mean a replaced object.
  await announce(judging, target, head, judgment)
  return judgment
}

/** Whether the object is unchanged and has the verdict. S3 may have answered another PUT. */
async function isTagged(
  s3: S3CallContext,
  target: ObjectVersion,
  head: StoredObject,
  ours: Tags,
): Promise<boolean> {
  if (!(await isUnchanged(s3, target, head))) return false
  return sameTags(
    without(await readTags(s3, target), (name) => !isVerdictTag(name)),
    ours,
  )
}

function isMalware({ tags }: Written): boolean {
  return tags?.['waybill-reason'] === 'malware'
}

/** In a bucket with versioning, adds the version id even if the event does not contain it. */
function targetOf({ key, versionId }: ArrivedObject, head: StoredObject): ObjectVersion {
  const pinned = versionId ?? head.versionId
  return { key, ...(pinned === undefined ? {} : { versionId: pinned }) }
}

type Question = Pick<ScanQuestion, 'object' | 'head' | 'tagsAreOurs'>

interface KnownScan {
  readonly scan: ScanState
  readonly recorded: boolean
  readonly tags: Tags
}

async function knownScan(
  { s3, scans, requireScan }: Judging,
  target: ObjectVersion,
  question: Question,
): Promise<KnownScan> {
  const tags = await readTags(s3, target)
  const recorded = await scans.isRecorded(target.key, question.head, tags)
  const scan = scanState({ ...question, tags, required: requireScan, recorded })
  return { scan, recorded, tags }
}

/**
 * Runs the application's scanner, unless another scan already prevents the object from being
 * verified.
 */
async function scanned(
  judging: Judging,
  target: ObjectVersion,
  question: Question,
): Promise<KnownScan> {
  const { scanner, s3 } = judging
  const known = await knownScan(judging, target, question)
  if (!scanner || !letsThrough(known)) return known
  if (known.recorded) return { ...known, scan: { state: 'clean' } }
  const { askScanner } = await import('./ask-scanner.ts')
  const scan = await askScanner(scanner, s3, target, question.head)
  // Another event for this object may have been processed during the scan.
  const since = await knownScan(judging, target, question)
  if (!letsThrough(since)) return since
  if (since.recorded && scan.state === 'not-scanned') return { ...since, scan: { state: 'clean' } }
  return { ...since, scan }
}

function letsThrough({ scan }: KnownScan): boolean {
  return scan.state === 'not-needed' || scan.state === 'clean'
}

/**
 * Malware takes precedence over all other reasons. Otherwise a later event could replace the
 * verdict without a clean scan.
 */
function verdictOf(
  { deletesRejected }: Judging,
  { bucket, key, versionId }: ArrivedObject,
  head: StoredObject,
  comparison: Comparison,
  scan: ScanState,
): Decided {
  const { waybill } = comparison
  const { size, type } = head
  const etag = unquoted(head.etag)
  const version = isPinned(versionId) ? versionId : head.versionId
  const judged = {
    id: `${bucket}/${key}#${version ?? etag}`,
    bucket,
    key,
    ...(version === undefined ? {} : { versionId: version }),
    size,
    type,
    etag,
    ...(waybill === undefined ? {} : { rule: waybill.rule }),
    ...(waybill?.owner === undefined ? {} : { owner: waybill.owner }),
  }
  const refused = scan.state === 'malware' ? rejection('malware', scan.found) : comparison.rejection
  if (refused) return { verdict: 'rejected', ...judged, ...refused, deleted: deletesRejected }
  if (scan.state !== 'not-scanned') return { verdict: 'verified', ...judged }
  const { reason } = scan
  const message = `no malware scan has cleared it: ${reason}`
  return { verdict: 'not-scanned', ...judged, reason, message }
}

export function verdictEvent(now: Date, verdict: Decided, { waybill }: Comparison): VerdictEvent {
  const { key, size, type, etag, rule, owner, versionId } = verdict
  return {
    type: 'verdict',
    at: now,
    verdict: verdict.verdict,
    key,
    size,
    etag,
    ...declaredType(type),
    ...('reason' in verdict ? { reason: verdict.reason } : {}),
    ...(versionId === undefined ? {} : { versionId }),
    ...(rule === undefined ? {} : { rule }),
    ...(owner === undefined ? {} : { owner }),
    ...secondsSince(waybill?.grantedAt, now),
  }
}

async function tagsOf(
  { scans, requireScan, scanner }: Judging,
  verdict: Decided,
  head: StoredObject,
): Promise<Tags> {
  if (verdict.verdict === 'rejected') {
    return { waybill: 'rejected', 'waybill-reason': verdict.reason }
  }
  if (verdict.verdict === 'not-scanned') {
    return { waybill: 'pending', 'waybill-reason': 'not-scanned' }
  }
  // If scans are required or there is a scanner, a verified object has had a clean scan, which is
  // recorded.
  if (!requireScan && !scanner) return { waybill: 'verified' }
  return { waybill: 'verified', [SCAN_TAG]: await scans.record(verdict.key, head) }
}

/**
 * Publishes the verdict before deleting the object. The tag is already in place when subscribers
 * get the event. If this function is interrupted, a retry of the event completes the work. For the
 * only exception, see `deleteRejected`.
 */
async function announce(
  { s3, publish, notify, deletesRejected }: Judging,
  target: ObjectVersion,
  head: StoredObject,
  { verdict, event }: Announced,
): Promise<void> {
  const { remainingTimeMs } = s3
  const limit = remainingTimeMs ? { remainingTimeMs } : {}
  if (verdict.verdict !== 'not-scanned') await publish?.(verdict, limit)
  notify?.(event)
  if (verdict.verdict === 'rejected' && deletesRejected) await deleteRejected(s3, target, head)
}

/**
 * An object with a forged waybill is rejected. If the waybill cannot be read, the object and any
 * earlier verdict stay unchanged, and the event is retried.
 */
function cannotJudge(cause: WaybillUnreadable): Error {
  const todo = 'add that secret again, or update the arrival handler, and judge the object again'
  return new Error(`object cannot be judged: ${cause.message}: ${todo}`, { cause })
}

/** Sets the tag that was written back to pending, because the tagged bytes were not judged. */
async function withdraw(s3: S3CallContext, { target }: Written): Promise<void> {
  if (!target) return
  await putTags(s3, target, await readTags(s3, target), isVerdictTag, { waybill: 'pending' })
}

/** The claim tag belongs to the signer. */
function isVerdictTag(name: string): boolean {
  return name.startsWith('waybill') && name !== CLAIM_TAG
}

function skipped({ bucket, key }: ArrivedObject, reason: Skipped['reason']): Skipped {
  return { verdict: 'skipped', bucket, key, reason }
}
