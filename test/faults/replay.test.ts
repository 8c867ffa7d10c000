/**
 * Signatures that are used again while they last: in no strategy do other bytes take the place of those that were
 * uploaded and judged. docs/project/security.md has this table.
 *
 * @module
 */

import { sha256Of } from '@waybill/test-support/sha256-of'
import {
  askStorage,
  bytesOf,
  sendParts,
  signerOf,
  startStorage,
} from '@waybill/test-support/signer-storage'
import { createOne, post, SECRET } from '@waybill/test-support/signing'
import { postForm } from '@waybill/test-support/upload-form'
import type { StrictS3 } from 'strict-s3'
import { describe, expect, it } from 'vitest'
import type { UploadGrant } from 'waybill'
import { type ArrivedObject, createArrival, readObjectEvent } from 'waybill/arrival'
import type { Signer, SignerOptions } from 'waybill/signer'
import { partUrl } from 'waybill-s3'

const MIB = 1024 ** 2
const RULES = {
  any: { types: ['application/octet-stream'], maxSize: '1 GiB', public: true },
} as const

type Bytes = Uint8Array<ArrayBuffer>

interface Case {
  readonly name: string
  readonly options: Partial<SignerOptions<typeof RULES>>
  readonly size: number
  readonly isHashed: boolean
  /** What S3 answers to the same bytes again, to others, and to both after the object was deleted. */
  readonly same: number
  readonly other: number
  readonly sameAfterDelete: number
  readonly otherAfterDelete: number
  /** The object's tag after a replay, before arrival has judged it. */
  readonly tag: string
}

const PUT = { singleRequest: 'put' } as const
const CASES: readonly Case[] = [
  {
    name: 'post',
    options: {},
    size: 100,
    isHashed: true,
    same: 204,
    other: 400,
    sameAfterDelete: 204,
    otherAfterDelete: 400,
    tag: 'pending',
  },
  {
    name: 'put',
    options: PUT,
    size: 100,
    isHashed: false,
    same: 412,
    other: 412,
    sameAfterDelete: 200,
    otherAfterDelete: 200,
    tag: 'verified',
  },
  {
    name: 'put with its SHA-256',
    options: PUT,
    size: 100,
    isHashed: true,
    same: 412,
    other: 412,
    sameAfterDelete: 200,
    otherAfterDelete: 400,
    tag: 'verified',
  },
  {
    name: 'put without conditional writes',
    options: { ...PUT, conditionalWrites: false },
    size: 100,
    isHashed: true,
    same: 200,
    other: 400,
    sameAfterDelete: 200,
    otherAfterDelete: 400,
    tag: 'pending',
  },
  {
    name: 'multipart',
    options: { multipartThreshold: 0, partSize: '5 MiB' },
    size: 5 * MIB + 1,
    isHashed: false,
    same: 404,
    other: 404,
    sameAfterDelete: 404,
    otherAfterDelete: 404,
    tag: 'verified',
  },
]

interface Uploaded {
  readonly s3: StrictS3
  readonly key: string
  readonly original: Bytes
  /** Uses the grant again. @returns S3's status. */
  readonly replay: (bytes: Bytes) => Promise<number>
  /** Lets arrival judge what has landed last. */
  readonly judge: () => Promise<string>
}

/** An upload that is complete and verified. */
async function uploaded({ options, size, isHashed }: Case): Promise<Uploaded> {
  const s3 = await startStorage()
  const landed: ArrivedObject[] = []
  s3.onObjectCreated((event) => landed.push(readObjectEvent(event)))
  const signer = signerOf(s3, RULES, { pendingTag: true, ...options })
  const original = bytesOf(size)
  const hash = isHashed ? { sha256: await sha256Of(original) } : {}
  const file = { name: 'a.bin', type: 'application/octet-stream', size }
  const grant = await createOne(signer, { ...file, ...hash })
  if ('error' in grant) throw new Error(JSON.stringify(grant))
  await send(signer, grant, original)
  const { region, endpoint, credentials } = s3
  const place = { bucket: 'uploads', region, endpoint, credentials }
  const arrival = createArrival({ ...place, secret: SECRET })
  const judge = async () => {
    const last = landed.at(-1)
    if (!last) throw new Error('nothing has landed')
    return (await arrival.judge(last)).verdict
  }
  expect(await judge()).toBe('verified')
  const replay = (bytes: Bytes) => sendOnce(grant, bytes)
  return { s3, key: grant.key, original, replay, judge }
}

async function send(signer: Signer, grant: UploadGrant, bytes: Bytes): Promise<void> {
  const { waybill } = grant
  if (grant.strategy === 'multipart') await sendParts(grant, bytes)
  else expect(await sendOnce(grant, bytes)).toBeLessThan(300)
  const uploadId = grant.strategy === 'multipart' ? { uploadId: grant.uploadId } : {}
  expect((await post(signer, '/complete', { waybill, ...uploadId })).status).toBe(200)
}

/** One request with the signature of a grant; of parts, the first. */
async function sendOnce(grant: UploadGrant, bytes: Bytes): Promise<number> {
  if (grant.strategy === 'post') return (await postForm(grant.presignedPost, bytes)).status
  const { url, headers, body } =
    grant.strategy === 'put'
      ? { url: grant.url, headers: grant.headers, body: bytes }
      : {
          url: partUrl(grant.parts, 1),
          headers: grant.parts.headers,
          body: bytes.subarray(0, grant.partSize),
        }
  return (await fetch(url, { method: 'PUT', headers, body })).status
}

async function tagOf({ s3, key }: Uploaded): Promise<string | undefined> {
  const text = await (await askStorage(s3, 'GET', key, { tagging: '' })).text()
  return /<Key>waybill<\/Key><Value>(\w+)<\/Value>/.exec(text)?.[1]
}

async function stored({ s3, key }: Uploaded): Promise<Bytes> {
  return (await askStorage(s3, 'GET', key)).bytes()
}

describe.each(CASES)('a replay with strategy $name', (each) => {
  it('stores no other bytes, and the same bytes change only the tag', async () => {
    const upload = await uploaded(each)
    const { original, replay, judge } = upload
    const other = original.map((byte) => byte ^ 1)
    expect(await replay(other)).toBe(each.other)
    expect(await tagOf(upload)).toBe('verified')
    expect(await replay(original)).toBe(each.same)
    expect(await stored(upload)).toEqual(original)
    expect(await tagOf(upload)).toBe(each.tag)
    expect(await judge()).toBe('verified')
    expect(await tagOf(upload)).toBe('verified')
  })

  it('may store the object again after its deletion, until the signature expires', async () => {
    const upload = await uploaded(each)
    const { s3, key, original, replay } = upload
    await askStorage(s3, 'DELETE', key)
    expect(await replay(original)).toBe(each.sameAfterDelete)
    await askStorage(s3, 'DELETE', key)
    expect(await replay(original.map((byte) => byte ^ 1))).toBe(each.otherAfterDelete)
  })
})
