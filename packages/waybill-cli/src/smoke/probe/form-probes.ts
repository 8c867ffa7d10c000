/**
 * Probes of presigned POST: which parts of a signed form the store enforces.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTConstructPolicy.html
 * @module
 */

import {
  type AskedStore,
  BODY,
  callOnce,
  enforced,
  isTaken,
  lacking,
  type PresignedForm,
  type ProbeResult,
  postForm,
  type Reply,
  type StoreProbe,
  shown,
} from 'waybill/internal/storage'
import { sha256Base64 } from 'waybill-s3/internal/sha256-base64'
import { childOf, childrenOf, textOf } from 'waybill-s3/internal/xml'

/** Bytes before the file: one value below S3's limit of 20 KB, and one above. */
const LONG_FORM = 19_000
const TOO_LONG_FORM = 24_000
/** @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTForms.html */
export const FORM_LIMIT = 20_480

const TAGS = '<Tagging><TagSet><Tag><Key>probe</Key><Value>kept</Value></Tag></TagSet></Tagging>'

export const FORM_PROBES: readonly StoreProbe[] = [
  {
    name: 'form',
    asks: 'Takes presigned POST forms',
    sent: 'a form that is as it was signed',
    ask: async (store) => {
      const reply = await send(store, 'form', {})
      return isTaken(reply) ? { outcome: 'yes', answer: shown(reply) } : lacking(reply)
    },
  },
  {
    name: 'form-fields',
    asks: 'Refuses a field that the policy does not name',
    sent: 'a form with an x-amz-meta-probe field more than was signed',
    ask: (store) => compare(store, 'form-fields', {}, { changed: { 'x-amz-meta-probe': 'no' } }),
  },
  {
    name: 'form-type',
    asks: 'Refuses another Content-Type than was signed',
    sent: 'a form with text/html where text/plain was signed',
    ask: (store) => {
      const fields = { 'Content-Type': 'text/plain' }
      const wrong = { fields, changed: { 'Content-Type': 'text/html' } }
      return compare(store, 'form-type', { fields }, wrong)
    },
  },
  {
    name: 'form-size',
    asks: 'Refuses a file beyond content-length-range',
    sent: `a form for ${BODY.length} bytes with a file of one byte more`,
    ask: (store) => {
      const conditions = [['content-length-range', BODY.length, BODY.length]] as const
      return compare(store, 'form-size', { conditions }, { conditions, body: `${BODY}!` })
    },
  },
  {
    name: 'form-checksum',
    asks: 'Refuses a file with another SHA-256 than was signed',
    sent: 'a form whose x-amz-checksum-sha256 is of other bytes',
    ask: async (store) => {
      const right = { fields: await checksumFields(BODY) }
      return compare(store, 'form-checksum', right, { fields: await checksumFields('others') })
    },
  },
  {
    name: 'form-tags',
    asks: 'Keeps the tags of a form',
    sent: 'a form with a tagging field, then GET ?tagging',
    ask: keepsTags,
  },
  {
    name: 'form-limit',
    asks: 'Takes forms of up to 20 KB before the file',
    sent: `a form with ${LONG_FORM} bytes before the file, and one with ${TOO_LONG_FORM}`,
    ask: async (store) => {
      const long = await send(store, 'form-limit', { changed: padding(LONG_FORM) })
      const longer = await send(store, 'form-limit', { changed: padding(TOO_LONG_FORM) })
      const answer = `${shown(long)}; beyond the limit ${shown(longer)}`
      return isTaken(long) ? { outcome: 'yes', answer } : lacking(long)
    },
  },
]

type Form = Omit<PresignedForm, 'key' | 'body'> & { readonly body?: string }

function send({ s3, folder }: AskedStore, name: string, form: Form): Promise<Reply> {
  return postForm(s3, { body: BODY, ...form, key: `${folder}${name}` })
}

async function compare(
  store: AskedStore,
  name: string,
  right: Form,
  wrong: Form,
): Promise<ProbeResult> {
  return enforced(await send(store, name, right), await send(store, name, wrong))
}

async function checksumFields(bytes: string): Promise<Record<string, string>> {
  return {
    'x-amz-checksum-algorithm': 'SHA256',
    'x-amz-checksum-sha256': await sha256Base64(bytes),
  }
}

/** A policy need not list `x-ignore-…` fields. The other fields take a little over a kilobyte. */
function padding(bytes: number): Record<string, string> {
  return { 'x-ignore-padding': 'x'.repeat(bytes - 1_500) }
}

async function keepsTags(store: AskedStore): Promise<ProbeResult> {
  const key = `${store.folder}form-tags`
  const reply = await postForm(store.s3, { key, fields: { tagging: TAGS }, body: BODY })
  return isTaken(reply) ? readKeptTags(store, key, reply) : lacking(reply)
}

/** Checks that an object has the tag `probe=kept`. */
export async function readKeptTags(
  { s3 }: AskedStore,
  key: string,
  stored: Reply,
): Promise<ProbeResult> {
  const read = await callOnce(s3, { method: 'GET', key, query: { tagging: '' } })
  if (!isTaken(read)) return lacking(read)
  const set = read.document && childOf(read.document, 'TagSet')
  const tags = set ? childrenOf(set, 'Tag') : []
  const isKept = tags.some(
    (tag) => textOf(tag, 'Key') === 'probe' && textOf(tag, 'Value') === 'kept',
  )
  return {
    outcome: isKept ? 'yes' : 'no',
    answer: `${shown(stored)}, ${isKept ? 'the tag is there' : 'the tag is not there'}`,
  }
}
