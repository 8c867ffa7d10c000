/**
 * From a stored object to its verdict: HEAD, judge, tag, HEAD again, publish.
 *
 * A tag belongs to a key or to one version of it. Without versioning, the bytes may be replaced
 * between HEAD and tagging, so that the tag ends up on bytes that were never judged. Reads
 * therefore require the ETag of the HEAD, and a second HEAD follows the tag: if the object differs,
 * it is judged again. An object that is replaced in every round goes back to pending.
 *
 * @module
 */

import { CLAIM_TAG } from '../protocol/claim.ts'
import type { SignerEvent, VerdictEvent } from '../protocol/signer-event.ts'
import type { Seal } from '../signer/waybill/seal.ts'
import type { WaybillUnreadable } from '../signer/waybill/waybill.ts'
import { readFirstBytes } from '../storage/get-object.ts'
import { headObject, type StoredObject } from '../storage/head-object.ts'
import { putTags, readTags, type Tags } from '../storage/object-tagging.ts'
import type { ObjectVersion } from '../storage/object-version.ts'
import type { S3CallContext } from '../storage/s3-call-context.ts'
import { type Comparison, compareObject } from './compare-object.ts'
import { deleteRejected } from './delete-rejected.ts'
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
import { expectReplacement, isUnchanged } from './replaced-object.ts'
import type { Scanner } from './scanner.ts'
import type { Decided, PublishVerdict, Skipped, Verdict } from './verdict.ts'
import { verdictEvent } from './verdict-event.ts'

/** Arrival's options after validation. */
export interface Judging {
  readonly s3: S3CallContext
  readonly seal: Pick<Seal, 'open'>
  readonly scans: ScanRecords
  readonly requireScan: boolean
  /** The application's own scanner. If present, only its `clean` lets an object be verified. */
  readonly scanner: Scanner | undefined
  readonly deletesRejected: boolean
  readonly ignoresWithoutWaybill: boolean
  readonly publish: PublishVerdict | undefined
  readonly notify: ((event: SignerEvent) => void) | undefined
}

/** Tags this call has written to the object, whatever its bytes were. */
interface Written {
  tags?: Tags
}

/** The result of judging one object. */
export interface Judgement {
  readonly verdict: Verdict
  /** The event passed to `onEvent`; missing if the object was skipped. */
  readonly event?: VerdictEvent
}

/**
 * How often an object is judged if it keeps being replaced. The new bytes have events of their own.
 */
const MAX_ROUNDS = 5

/**
 * Judges an object, tags it, publishes the verdict and, if configured, deletes the object.
 *
 * @throws {Error} If the object keeps being replaced: it is then pending. Or if its waybill cannot
 *   be read because the secret is missing.
 * @throws {S3Error | Error} If S3 refuses or cannot be reached.
 */
export async function judgeObject(judging: Judging, object: ArrivedObject): Promise<Judgement> {
  const written: Written = {}
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const head = await headObject(judging.s3, object)
    // Bytes that carry our tag must be judged, even if their own event is already on its way.
    const untouched = written.tags === undefined
    if (!head || (untouched && isOvertaken(object, head)))
      return { verdict: skipped(object, 'gone') }
    if (untouched && judging.ignoresWithoutWaybill && head.waybill === undefined) {
      return { verdict: skipped(object, 'no-waybill') }
    }
    const judgement = await judgeRound(judging, object, head, written)
    if (judgement) return judgement
  }
  if (written.tags) await withdraw(judging.s3, object)
  throw new Error(`object was replaced ${MAX_ROUNDS} times while being judged and is pending`)
}

/** @returns `undefined` if the object was replaced meanwhile. */
async function judgeRound(
  judging: Judging,
  object: ArrivedObject,
  head: StoredObject,
  written: Written,
): Promise<Judgement | undefined> {
  const { s3, seal } = judging
  const target = targetOf(object, head)
  try {
    const comparison = await compareObject(object.key, head, seal, (length) =>
      readFirstBytes(s3, target, length, head.etag),
    )
    const question = { object, head, tagsAreOurs: isMalware(written) }
    const { tags, scan } =
      (comparison.rejection ?? comparison.unreadable)
        ? await knownScan(judging, target, question)
        : await scanned(judging, target, question)
    // Malware is rejected whoever sealed the waybill.
    if (comparison.unreadable && scan.state !== 'malware') {
      if (written.tags) await withdraw(s3, object)
      throw cannotJudge(comparison.unreadable)
    }
    const verdict = verdictOf(judging, object, head, comparison, scan)
    const ours = await tagsOf(judging, verdict, head)
    if (await putTags(s3, target, tags, isVerdictTag, ours)) written.tags = ours
    if (!isPinned(target.versionId) && !(await isUnchanged(s3, target, head))) return undefined
    const event = verdictEvent(s3.now(), verdict, comparison)
    await announce(judging, target, head, verdict, event)
    return { verdict, event }
  } catch (error) {
    expectReplacement(error)
    return undefined
  }
}

function isMalware({ tags }: Written): boolean {
  return tags?.['waybill-reason'] === 'malware'
}

/** Adds the version id in a bucket with versioning, even if the event did not include it. */
function targetOf({ key, versionId }: ArrivedObject, head: StoredObject): ObjectVersion {
  const pinned = versionId ?? head.versionId
  return { key, ...(pinned === undefined ? {} : { versionId: pinned }) }
}

/**
 * Without versioning, the bytes from the event may have been overwritten. The new ones have an
 * event of their own.
 */
function isOvertaken({ versionId, etag }: ArrivedObject, head: StoredObject): boolean {
  return !isPinned(versionId) && etag !== undefined && etag !== unquoted(head.etag)
}

type Question = Pick<ScanQuestion, 'object' | 'head' | 'tagsAreOurs'>

interface KnownScan {
  readonly scan: ScanState
  readonly recorded: boolean
  /** The current tags. */
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

/** Combines what is known about scans and runs the application's scanner if there is one. */
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
  // Another event for this object may have led to a verdict meanwhile.
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
  // If scans are required, nothing is verified without a clean one.
  if (!requireScan && !scanner) return { waybill: 'verified' }
  return { waybill: 'verified', [SCAN_TAG]: await scans.record(verdict.key, head) }
}

/**
 * Publishes, then deletes. The tag is already in place when subscribers get the event, and a retry
 * of the event repairs an interruption at any point except one, see `deleteRejected`.
 */
async function announce(
  { s3, publish, notify, deletesRejected }: Judging,
  target: ObjectVersion,
  head: StoredObject,
  verdict: Decided,
  event: VerdictEvent,
): Promise<void> {
  const { remainingTimeMs } = s3
  const limit = remainingTimeMs ? { remainingTimeMs } : {}
  if (verdict.verdict !== 'not-scanned') await publish?.(verdict, limit)
  notify?.(event)
  if (verdict.verdict === 'rejected' && deletesRejected) await deleteRejected(s3, target, head)
}

/**
 * An object with a forged waybill is rejected. One whose waybill cannot be read stays unchanged,
 * including an earlier verdict; its event fails and is retried.
 */
function cannotJudge(cause: WaybillUnreadable): Error {
  const todo = 'add that secret again, or update arrival, and judge the object again'
  return new Error(`object cannot be judged: ${cause.message}: ${todo}`, { cause })
}

/** Removes a verdict from bytes that were not judged. */
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
