/**
 * From an object that has landed to its verdict: HEAD, judge, tag, HEAD again, publish.
 *
 * A tag is put on a key, or on a version of it. Without versions, the bytes may be replaced between
 * HEAD and tag, and the tag is then on bytes that were not judged. So bytes are read only with the
 * ETag of the HEAD, and a second HEAD follows the tag: an object that differs is judged again. An
 * object that is replaced in each round becomes pending again.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { CLAIM_TAG } from '../protocol/claim.ts'
import type { TellEvent } from '../signer/context/report-event.ts'
import type { Seal } from '../signer/waybill/seal.ts'
import type { WaybillUnreadable } from '../signer/waybill/waybill.ts'
import { deleteObject } from '../storage/delete-object.ts'
import { readFirstBytes } from '../storage/get-object.ts'
import { headObject, type StoredObject } from '../storage/head-object.ts'
import type { ObjectVersion } from '../storage/object-version.ts'
import { putTags, readTags, type Tags } from '../storage/object-tagging.ts'
import type { S3CallContext } from '../storage/s3-call-context.ts'
import { type Judgement, judge } from './compare-object.ts'
import {
  isPinned,
  SCAN_TAG,
  type ScanQuestion,
  type ScanRecords,
  type ScanState,
  scanState,
  unquoted,
} from './malware-scan.ts'
import type { ArrivedObject } from './object-event.ts'
import { rejection } from './rejection.ts'
import type { Scanner } from './scanner.ts'
import type { NotScanned, PublishVerdict, Rejected, Skipped, Verdict, Verified } from './verdict.ts'
import { tellVerdict } from './verdict-event.ts'

/** What judging works with: arrival's options, checked. */
export interface Judging {
  readonly s3: S3CallContext
  readonly seal: Pick<Seal, 'open'>
  readonly scans: ScanRecords
  readonly requireScan: boolean
  /** The application's own scanner; an object is then verified only if it returns `clean`. */
  readonly scanner: Scanner | undefined
  readonly deletesRejected: boolean
  readonly ignoresWithoutWaybill: boolean
  readonly publish: PublishVerdict | undefined
  readonly tell: TellEvent | undefined
}

/** Tags that this call has put on the object, whatever its bytes were. */
interface Written {
  tags?: Tags
}

type Decided = Verified | Rejected | NotScanned

/**
 * How often an object is judged if it is replaced each time. The new bytes have events of their
 * own.
 */
const MAX_ROUNDS = 5

/**
 * Judges an object, tags it, publishes the verdict and deletes it where that is wanted.
 *
 * @throws {Error} When the object is replaced again and again: it is pending then. When its waybill
 *   cannot be read, because its secret is missing.
 * @throws {S3Error | Error} When S3 refuses or cannot be reached.
 */
export async function judgeObject(judging: Judging, object: ArrivedObject): Promise<Verdict> {
  const written: Written = {}
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const head = await headObject(judging.s3, object)
    // Bytes under a tag of ours must be judged, even if an event of their own is under way.
    const untouched = written.tags === undefined
    if (!head || (untouched && isOvertaken(object, head))) return skipped(object, 'gone')
    if (untouched && judging.ignoresWithoutWaybill && head.waybill === undefined) {
      return skipped(object, 'no-waybill')
    }
    const verdict = await judgeRound(judging, object, head, written)
    if (verdict) return verdict
  }
  if (written.tags) await withdraw(judging.s3, object)
  throw new Error(`object was replaced ${MAX_ROUNDS} times while it was judged, and is pending`)
}

/** @returns `undefined` when the object was replaced meanwhile. */
async function judgeRound(
  judging: Judging,
  object: ArrivedObject,
  head: StoredObject,
  written: Written,
): Promise<Decided | undefined> {
  const { s3, seal } = judging
  const target = targetOf(object, head)
  try {
    const judgement = await judge(object.key, head, seal, (length) =>
      readFirstBytes(s3, target, length, head.etag),
    )
    const question = { object, head, tagsAreOurs: isMalware(written) }
    const { tags, scan } =
      (judgement.rejection ?? judgement.unreadable)
        ? await knownScan(judging, target, question)
        : await scanned(judging, target, question)
    // Malware is malware, whoever has sealed the waybill.
    if (judgement.unreadable && scan.state !== 'malware') {
      if (written.tags) await withdraw(s3, object)
      throw cannotJudge(judgement.unreadable)
    }
    const verdict = verdictOf(judging, object, head, judgement, scan)
    const ours = await tagsOf(judging, verdict, head)
    if (await putTags(s3, target, tags, isVerdictTag, ours)) written.tags = ours
    if (!isPinned(target.versionId) && !(await isUnchanged(s3, target, head))) return undefined
    await announce(judging, target, head, verdict, judgement)
    return verdict
  } catch (error) {
    expectReplacement(error)
    return undefined
  }
}

function isMalware({ tags }: Written): boolean {
  return tags?.['waybill-reason'] === 'malware'
}

/** Names the version in a bucket with versioning, also if the event did not name it. */
function targetOf({ key, versionId }: ArrivedObject, head: StoredObject): ObjectVersion {
  const pinned = versionId ?? head.versionId
  return { key, ...(pinned === undefined ? {} : { versionId: pinned }) }
}

/**
 * Without versions, the bytes of the event may be overwritten since. The newer ones have an event
 * of their own.
 */
function isOvertaken({ versionId, etag }: ArrivedObject, head: StoredObject): boolean {
  return !isPinned(versionId) && etag !== undefined && etag !== unquoted(head.etag)
}

/** Not by ETag alone: the same bytes may have come again with another waybill, type or encoding. */
async function isUnchanged(
  s3: S3CallContext,
  target: ObjectVersion,
  before: StoredObject,
): Promise<boolean> {
  const after = await headObject(s3, target)
  return JSON.stringify(after) === JSON.stringify(before)
}

/**
 * Lets pass that S3 refuses to read, tag or delete what is no longer there.
 *
 * @throws What else went wrong.
 */
function expectReplacement(error: unknown): true {
  if (error instanceof S3Error && (error.status === 404 || error.status === 412)) return true
  throw error
}

type Question = Pick<ScanQuestion, 'object' | 'head' | 'tagsAreOurs'>

interface KnownScan {
  readonly scan: ScanState
  readonly recorded: boolean
  /** The tags as they are now. */
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
 * Finds out what is known of a scan, and asks the application's own scanner where there is one.
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
  // Another event of this object may have led to a verdict meanwhile.
  const since = await knownScan(judging, target, question)
  if (!letsThrough(since)) return since
  if (since.recorded && scan.state === 'not-scanned') return { ...since, scan: { state: 'clean' } }
  return { ...since, scan }
}

function letsThrough({ scan }: KnownScan): boolean {
  return scan.state === 'not-needed' || scan.state === 'clean'
}

/**
 * Malware comes first, whatever else is wrong: otherwise a later event could replace the verdict
 * without a clean scan.
 */
function verdictOf(
  { deletesRejected }: Judging,
  { bucket, key, versionId }: ArrivedObject,
  head: StoredObject,
  judgement: Judgement,
  scan: ScanState,
): Decided {
  const { waybill } = judgement
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
  const refused = scan.state === 'malware' ? rejection('malware', scan.found) : judgement.rejection
  if (refused) return { verdict: 'rejected', ...judged, ...refused, deleted: deletesRejected }
  if (scan.state !== 'not-scanned') return { verdict: 'verified', ...judged }
  const { reason } = scan
  const message = `no malware scan has cleared it: ${reason}`
  return { verdict: 'not-scanned', ...judged, reason, message }
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
  // Where scans count, nothing is verified without a clean one.
  if (!requireScan && !scanner) return { waybill: 'verified' }
  return { waybill: 'verified', [SCAN_TAG]: await scans.record(verdict.key, head) }
}

/**
 * Publishes, then deletes. The tag is already there for those who get the event, and the next
 * event repairs an interruption at any point but one, see `remove`.
 */
async function announce(
  { s3, publish, tell, deletesRejected }: Judging,
  target: ObjectVersion,
  head: StoredObject,
  verdict: Decided,
  judgement: Judgement,
): Promise<void> {
  const { remainingTimeMs } = s3
  const limit = remainingTimeMs ? { remainingTimeMs } : {}
  if (verdict.verdict !== 'not-scanned') await publish?.(verdict, limit)
  tellVerdict(tell, s3.now(), verdict, judgement)
  if (verdict.verdict === 'rejected' && deletesRejected) await remove(s3, target, head)
}

/** Deletes what was judged, and nothing that has taken its place. */
async function remove(s3: S3CallContext, target: ObjectVersion, head: StoredObject): Promise<void> {
  const { key, versionId } = target
  // S3 takes no ETag beside a version, not even `null`.
  const deletion = isPinned(versionId)
    ? deleteObject(s3, target)
    : deleteObject(s3, { key }, head.etag)
  // Other bytes have come, with an event of their own, or a delete marker: perhaps our own, of a
  // try whose answer was lost.
  const isOnlyHidden = await deletion.catch(expectReplacement)
  // Where versioning was enabled after the object was stored, it is there still. An interruption
  // here leaves it hidden, and tagged as rejected.
  const hidden = { key, versionId: 'null' }
  if (isOnlyHidden && (await isUnchanged(s3, hidden, head))) {
    await deleteObject(s3, hidden).catch(expectReplacement)
  }
}

/**
 * An object whose waybill is forged is rejected; one whose waybill cannot be read is left as it is,
 * also with an earlier verdict. Its event fails, and is tried again.
 */
function cannotJudge(cause: WaybillUnreadable): Error {
  const todo = 'add that secret again, or update arrival, and judge the object again'
  return new Error(`object cannot be judged: ${cause.message}: ${todo}`, { cause })
}

/** Takes a verdict back from bytes that were not judged. */
async function withdraw(s3: S3CallContext, { key }: ArrivedObject): Promise<void> {
  await putTags(s3, { key }, await readTags(s3, { key }), isVerdictTag, { waybill: 'pending' })
}

/** The tag of an unclaimed object belongs to the signer. */
function isVerdictTag(name: string): boolean {
  return name.startsWith('waybill') && name !== CLAIM_TAG
}

function skipped({ bucket, key }: ArrivedObject, reason: Skipped['reason']): Skipped {
  return { verdict: 'skipped', bucket, key, reason }
}
