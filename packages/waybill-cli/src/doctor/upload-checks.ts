/**
 * The points of a deployed stack that its test uploads show: tags, checksums, completions, forms,
 * CORS, and that an object can be read only after it was verified.
 *
 * Whether S3 sets the condition keys for tags can only be seen from the policies' effect: they must
 * allow the signer's role and deny everyone else.
 *
 * @module
 */

import {
  abortMultipartUpload,
  callOnce,
  isTaken,
  postForm,
  type StoreResponse,
  shown,
} from 'waybill/internal/storage'
import { textOf } from 'waybill-s3/internal/xml'
import { allowedOrigin, encryptionOf } from './bucket-checks.ts'
import { both, type Check, differs, type Finding, notSeen, ok } from './check.ts'
import { noteKey } from './clean-up.ts'
import type { Failure, SmallUpload, StackRun } from './run.ts'
import { FORM_LIMIT, storeCheck } from './store-checks.ts'
import { isVerdict, readByLink, readDelivered, readTags, waitForVerdict } from './test-uploads.ts'

const REDEPLOY = 'deploy the current version of waybill-aws again'
const POLICY = `${REDEPLOY}. For a bucket of your own, copy the policy of docs/operate/bucket.md`
const REPORT = `${REDEPLOY}; if this row stays, please report it with --record`

export const UPLOAD_CHECKS: readonly Check<StackRun>[] = [
  {
    title: '1 Tags of a multipart upload',
    sent: '17 MiB in parts by the signer; CreateMultipartUpload of yours with waybill=verified',
    fix: POLICY,
    essential: true,
    see: (run) =>
      withUpload(run.large, async (large) => {
        const small = await run.small()
        const tags = await seeTag(run, large.key, 'failed' in small || small.isTagged)
        return both(
          ok(`${large.partCount} parts stored`),
          tags,
          await createAsVerified(run, large.key),
        )
      }),
  },
  {
    title: '2 The tagging field of a form',
    sent: 'a form of the signer; a form of yours with waybill=verified',
    fix: POLICY,
    essential: true,
    see: (run) =>
      withUpload(run.small, async ({ key, isTagged, stored }) => {
        const tags = await seeTag(run, key, isTagged)
        return both(ok(shown(stored)), tags, await postAsVerified(run, key))
      }),
  },
  {
    title: '3 CRC64NVME of a multipart upload',
    sent: `${storeCheck('multipart-checksum').sent}; the same through the signer`,
    fix: REPORT,
    essential: true,
    see: async (run) =>
      both(await storeCheck('multipart-checksum').see(run), await completeThroughSigner(run)),
  },
  {
    title: '4 A form with a wrong SHA-256',
    sent: storeCheck('form-checksum').sent,
    fix: REPORT,
    essential: true,
    see: async (run) => {
      const finding = await storeCheck('form-checksum').see(run)
      const isKnown = finding.verdict !== 'ok' || finding.got === '400 BadDigest'
      return isKnown ? finding : differs(`${finding.got} where 400 BadDigest is known`)
    },
  },
  {
    title: '5 A second CompleteMultipartUpload during the first',
    sent: storeCheck('complete-twice').sent,
    fix: REPORT,
    essential: true,
    see: storeCheck('complete-twice').see,
  },
  {
    title: '11 A form below 20 KB',
    sent: storeCheck('form-limit').sent,
    fix: 'use shorter names and metadata, or a role with a shorter session token',
    essential: true,
    see: async (run) => both(await formOfSigner(run), await storeCheck('form-limit').see(run)),
  },
  {
    title: "12 CORS headers on S3's refusals",
    sent: storeCheck('cors-refusals').sent,
    fix: "list the page's origin in allowedOrigins, and deploy again",
    essential: true,
    see: async (run) => {
      const origin = run.origin ?? (await allowedOrigin(run))
      return storeCheck('cors-refusals').see({
        ...run,
        ...(origin === undefined ? {} : { origin }),
      })
    },
  },
  {
    title: '14 Delivery by a signed link',
    sent: 'GET before and after the verdict, by a signed link',
    fix: "look into the arrival function's log and its dead-letter queue (docs/operate/scale/redrive.md)",
    essential: true,
    see: seeLink,
  },
  {
    title: '14 Delivery through CloudFront',
    sent: 'GET before and after the verdict, through CloudFront',
    fix: 'deploy Delivery of waybill-aws again; error responses may be cached for one second only',
    see: seeCloudFront,
  },
  {
    title: '15 A bucket under a KMS key',
    sent: 'HEAD of the verified object, and the GETs of point 14',
    fix: "let the signer's and the arrival function's roles, CloudFront and GuardDuty use the key (docs/operate/bucket.md)",
    see: seeEncrypted,
  },
]

async function withUpload<Upload extends object>(
  upload: () => Promise<Upload | Failure>,
  seen: (upload: Upload) => Promise<Finding>,
): Promise<Finding> {
  const done = await upload()
  if (!isFailure(done)) return seen(done)
  return done.isWrong ? differs(done.failed) : notSeen(done.failed, 'see the row above')
}

function isFailure(upload: object): upload is Failure {
  return 'failed' in upload
}

/** @param isTagged - Whether the signer's uploads include a tag. */
async function seeTag(run: StackRun, key: string, isTagged: boolean): Promise<Finding> {
  const tags = await readTags(run, key)
  if (!tags) return notSeen('you may not read its tags')
  const tag = tags.waybill
  if (tag === 'pending' || isVerdict(tag)) return ok(`tag waybill=${tag}`)
  return isTagged ? differs('stored without its tag') : notSeen('the signer sets no tags')
}

async function createAsVerified(run: StackRun, beside: string): Promise<Finding> {
  const key = await foreignKey(run, beside, 'multipart')
  const headers = { 'x-amz-tagging': 'waybill=verified' }
  const reply = await callOnce(run.s3, { method: 'POST', key, query: { uploads: '' }, headers })
  const uploadId = reply.document && textOf(reply.document, 'UploadId')
  if (uploadId !== undefined) await abortMultipartUpload(run.s3, { key, uploadId })
  return judgeForeign(reply)
}

async function postAsVerified(run: StackRun, beside: string): Promise<Finding> {
  const key = await foreignKey(run, beside, 'form')
  const tagging =
    '<Tagging><TagSet><Tag><Key>waybill</Key><Value>verified</Value></Tag></TagSet></Tagging>'
  return judgeForeign(await postForm(run.s3, { key, fields: { tagging }, body: 'doctor' }))
}

/** Returns a key under the signer's prefix, where the bucket's policy protects tags. */
async function foreignKey(run: StackRun, beside: string, kind: string): Promise<string> {
  const key = `${beside.slice(0, beside.lastIndexOf('/') + 1)}${run.name}-${kind}`
  await noteKey(run.s3, run.folder, key)
  return key
}

function judgeForeign(reply: StoreResponse): Finding {
  const got = `yours: ${shown(reply)}`
  if (reply.status === 403) return ok(got)
  const gives = `${got}: anyone who may put objects gives verdicts`
  return isTaken(reply) ? differs(gives) : notSeen(got)
}

function completeThroughSigner(run: StackRun): Promise<Finding> {
  return withUpload(run.large, async ({ wrong, completed }) => {
    const got = `signer: ${shown(wrong)}, then verified by ${completed.verifiedBy}`
    const isRefused = wrong.code === 'CHECKSUM_MISMATCH'
    return isRefused && completed.verifiedBy === 'CRC64NVME' ? ok(got) : differs(got)
  })
}

function formOfSigner(run: StackRun): Promise<Finding> {
  return withUpload(run.small, async ({ formSize, tokenSize }) => {
    if (formSize === undefined) return ok('the signer signs no forms')
    // The form contains the token twice: unchanged, and base64-encoded in the policy.
    const room = Math.floor((FORM_LIMIT - formSize) / (1 + 4 / 3))
    const got = `the signer's form has ${formSize} bytes, ${tokenSize} of them a token that may grow by ${room}`
    return formSize <= FORM_LIMIT && room >= 1_000 ? ok(got) : differs(got)
  })
}

function seeLink(run: StackRun): Promise<Finding> {
  return withUpload(run.small, async (small) => {
    const seen = await waitForVerdict(run, small.key)
    if (!seen) return differs(`no verdict after ${Math.round(run.verdictMs / 1000)} s`)
    if (seen.verdict !== 'verified') return differs(`the verdict is ${seen.verdict}`)
    const reads = compareReads(
      'link',
      small,
      small.firstReads.link,
      await readByLink(run, small.key),
    )
    return both(ok(`verified after ${seen.seconds} s`), reads)
  })
}

function seeCloudFront(run: StackRun): Promise<Finding> {
  return withUpload(run.small, async (small) => {
    const { delivery } = small.firstReads
    if (!delivery) return notSeen('the stack has no output DeliveryUrl')
    // CloudFront returns this code, without contacting the bucket, if it requires signed URLs.
    if (delivery.code === 'MissingKey') return notSeen('it wants signed addresses')
    return compareReads('CloudFront', small, delivery, await readUntilFresh(run, small.key))
  })
}

const TRIES = 10
const BETWEEN_MS = 1_000

/** Retries, because CloudFront caches an error response for one second. */
async function readUntilFresh(run: StackRun, key: string): Promise<StoreResponse | undefined> {
  for (let tries = 1; ; tries += 1) {
    const reply = await readDelivered(run, key)
    if (!reply || isTaken(reply) || tries === TRIES) return reply
    await run.s3.wait(BETWEEN_MS)
  }
}

function compareReads(
  way: string,
  small: SmallUpload,
  before: StoreResponse,
  after: StoreResponse | undefined,
): Finding {
  const got = `${way} ${shown(before)}, then ${after ? shown(after) : 'nothing'}`
  if (!after || !isTaken(after)) return differs(got)
  if (before.status === 403) return ok(got)
  // The arrival handler may have been faster than the first read.
  const isLate = isTaken(before) && small.firstReads.verdict === 'verified'
  return isLate ? notSeen(`${got}: the verdict was faster`, 'run this again') : differs(got)
}

async function seeEncrypted(run: StackRun): Promise<Finding> {
  const algorithm = await encryptionOf(run)
  if (algorithm === undefined) return notSeen("you may not read the bucket's encryption")
  if (!algorithm.startsWith('aws:kms'))
    return notSeen(`the bucket is under ${algorithm}, no KMS key`)
  return withUpload(run.small, async ({ key }) => {
    const delivered = await seeLink(run)
    const head = await callOnce(run.s3, { method: 'HEAD', key })
    const used = head.header('x-amz-server-side-encryption')
    const got = `${shown(head)}, encrypted by ${used ?? 'nothing'}`
    return both(used === algorithm ? ok(got) : differs(got), delivered)
  })
}
