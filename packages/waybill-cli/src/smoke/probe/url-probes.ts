/**
 * Probes of presigned PUT: which headers the store enforces, and which S3 features it supports.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 * @module
 */

import {
  type AskedStore,
  askSignedHeaders,
  BODY,
  enforced,
  isTaken,
  lacking,
  type ProbeResult,
  putPresigned,
  type StoreProbe,
  shown,
} from 'waybill/internal/storage'
import { sha256Base64 } from 'waybill-s3/internal/sha256-base64'
import { readKeptTags } from './form-probes.ts'

export const URL_PROBES: readonly StoreProbe[] = [
  {
    name: 'put-headers',
    asks: 'Refuses an x-amz-* header that was not signed',
    sent: 'a presigned PUT with an unsigned x-amz-meta-* header',
    ask: ({ s3, folder }) => askSignedHeaders(s3, `${folder}put-headers`),
  },
  {
    name: 'put-length',
    asks: 'Refuses another Content-Length than was signed',
    sent: 'a presigned PUT with one byte more than was signed',
    ask: ({ s3, folder }) => {
      const signed = { 'content-length': String(BODY.length) }
      const key = `${folder}put-length`
      return compare(s3, { key, signed, body: BODY }, { key, signed, body: `${BODY}!` })
    },
  },
  {
    name: 'put-checksum',
    asks: 'Refuses bytes with another SHA-256 than was signed',
    sent: 'a presigned PUT whose x-amz-checksum-sha256 is of other bytes',
    ask: async ({ s3, folder }) => {
      const key = `${folder}put-checksum`
      const right = { 'x-amz-checksum-sha256': await sha256Base64(BODY) }
      const wrong = { 'x-amz-checksum-sha256': await sha256Base64('others') }
      return compare(s3, { key, signed: right, body: BODY }, { key, signed: wrong, body: BODY })
    },
  },
  {
    name: 'put-if-none-match',
    asks: 'Refuses a second PUT with If-None-Match: *',
    sent: 'the same presigned PUT twice, with a signed If-None-Match: *',
    ask: ({ s3, folder }) => {
      const signed = { 'if-none-match': '*' }
      const put = { key: `${folder}put-if-none-match`, signed, body: BODY }
      return compare(s3, put, put)
    },
  },
  {
    name: 'put-tags',
    asks: 'Keeps the tags of a PUT',
    sent: 'a presigned PUT with a signed x-amz-tagging, then GET ?tagging',
    ask: async (store) => {
      const key = `${store.folder}put-tags`
      const signed = { 'x-amz-tagging': 'probe=kept' }
      const reply = await putPresigned(store.s3, { key, signed, body: BODY })
      return isTaken(reply) ? readKeptTags(store, key, reply) : lacking(reply)
    },
  },
  {
    name: 'versions',
    asks: 'Keeps versions in this bucket',
    sent: 'a presigned PUT; x-amz-version-id is looked for',
    ask: hasVersions,
  },
]

async function compare(
  s3: AskedStore['s3'],
  right: Parameters<typeof putPresigned>[1],
  wrong: Parameters<typeof putPresigned>[1],
): Promise<ProbeResult> {
  return enforced(await putPresigned(s3, right), await putPresigned(s3, wrong))
}

async function hasVersions({ s3, folder }: AskedStore): Promise<ProbeResult> {
  const reply = await putPresigned(s3, { key: `${folder}versions`, body: BODY })
  if (!isTaken(reply)) return lacking(reply)
  const id = reply.header('x-amz-version-id')
  const isKept = id !== undefined && id !== 'null'
  return {
    outcome: isKept ? 'yes' : 'no',
    answer: `${shown(reply)}, ${isKept ? 'with a version' : 'without a version'}`,
  }
}
