/**
 * Points 1 and 2 of the smoke test: new objects are tagged `waybill=pending`, and no other caller
 * can set another value.
 *
 * Whether S3 sets the condition keys for tags can only be seen from the policies' effect: they
 * must allow the signer's role and deny everyone else.
 *
 * @module
 */

import {
  abortMultipartUpload,
  callOnce,
  isTaken,
  postForm,
  type Reply,
  shown,
} from 'waybill/internal/storage'
import { textOf } from 'waybill-s3/internal/xml'
import {
  both,
  differs,
  expected,
  notSeen,
  type Seen,
  type SmokePoint,
  seenFailure,
} from './point.ts'
import { isVerdict, readTags } from './read-object.ts'
import { noteKey } from './smoke-objects.ts'
import type { SmokeRun } from './smoke-run.ts'

const CHANGE =
  'the statements TagAsPending and BeginWithTags of the signer (cdk/signer-function), or ' +
  'DenyForeignTags of the bucket (cdk/bucket); pendingTag: false does without'

export const TAG_POINTS: readonly SmokePoint[] = [
  {
    number: 1,
    title: 'Tags of a multipart upload',
    sent: '17 MiB in parts by the signer; CreateMultipartUpload of yours with waybill=verified',
    change: CHANGE,
    see: async (run) => {
      const large = await run.large()
      if ('failed' in large) return seenFailure(large)
      const small = await run.small()
      const isTagged = 'failed' in small || small.isTagged
      const tags = await seeTag(run, large.key, isTagged)
      return both(
        expected(`${large.partCount} parts stored`),
        tags,
        await createAsVerified(run, large.key),
      )
    },
  },
  {
    number: 2,
    title: 'The tagging field of a form',
    sent: 'a form of the signer; a form of yours with waybill=verified',
    change: CHANGE,
    see: async (run) => {
      const small = await run.small()
      if ('failed' in small) return seenFailure(small)
      const tags = await seeTag(run, small.key, small.isTagged)
      return both(expected(shown(small.stored)), tags, await postAsVerified(run, small.key))
    },
  },
]

/** @param isTagged - Whether the signer's uploads include a tag. */
async function seeTag(run: SmokeRun, key: string, isTagged: boolean): Promise<Seen> {
  const tags = await readTags(run, key)
  if (!tags) return notSeen('you may not read its tags')
  const tag = tags.waybill
  if (tag === 'pending' || isVerdict(tag)) return expected(`tag waybill=${tag}`)
  return isTagged ? differs('stored without its tag') : notSeen('the signer sets no tags')
}

async function createAsVerified(run: SmokeRun, beside: string): Promise<Seen> {
  const key = await foreignKey(run, beside, 'multipart')
  const reply = await callOnce(run.s3, {
    method: 'POST',
    key,
    query: { uploads: '' },
    headers: { 'x-amz-tagging': 'waybill=verified' },
  })
  const uploadId = reply.document && textOf(reply.document, 'UploadId')
  if (uploadId !== undefined) await abortMultipartUpload(run.s3, { key, uploadId })
  return judgeForeign(reply)
}

async function postAsVerified(run: SmokeRun, beside: string): Promise<Seen> {
  const key = await foreignKey(run, beside, 'form')
  const tagging =
    '<Tagging><TagSet><Tag><Key>waybill</Key><Value>verified</Value></Tag></TagSet></Tagging>'
  return judgeForeign(await postForm(run.s3, { key, fields: { tagging }, body: 'smoke' }))
}

/** Returns a key under the signer's prefix, where the bucket's policy protects tags. */
async function foreignKey(run: SmokeRun, beside: string, kind: string): Promise<string> {
  const key = `${beside.slice(0, beside.lastIndexOf('/') + 1)}${run.name}-${kind}`
  await noteKey(run.s3, run.store.folder, key)
  return key
}

function judgeForeign(reply: Reply): Seen {
  const came = `yours: ${shown(reply)}`
  if (reply.status === 403) return expected(came)
  return isTaken(reply)
    ? differs(`${came}: anyone who may put objects gives verdicts`)
    : notSeen(came)
}
