/**
 * What becomes of an upload in parts where signer and storage do not have what the client has sent.
 *
 * @module
 */

import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import type { UploadErrorCode } from 'waybill'
import { createUploader } from 'waybill/client'

const ENDPOINT = 'https://signer.example'
const PART_SIZE = 5 * 1024 ** 2
const SIZE = PART_SIZE + 1
const CHECKSUM_HEADER = 'x-amz-checksum-crc64nvme'
const EXPIRATION = '2100-01-01T00:00:00Z'
const LISTED = [
  { partNumber: 1, size: PART_SIZE, etag: '"1"' },
  { partNumber: 2, size: 1, etag: '"2"' },
]

/** What is answered: an error for each of the first calls, and then what a signer answers. */
interface Script {
  readonly complete?: readonly UploadErrorCode[]
  readonly list?: readonly UploadErrorCode[]
  readonly listed?: readonly object[]
  readonly partSize?: number
  /** What S3 says that it has received of each part. */
  readonly received?: string
}

async function uploadBy(script: Script) {
  const { complete = [], list = [], listed = LISTED, partSize, received } = script
  const calls: string[] = []
  const errors: Record<string, UploadErrorCode[]> = { complete: [...complete], list: [...list] }
  const window = {
    ...{ from: 1, count: 2, headers: {}, expiration: EXPIRATION },
    url: 'https://s3.example/k?partNumber={partNumber}&X-Amz-Signature={signature}',
    signatures: Buffer.alloc(2 * 32).toString('base64url'),
  }
  const grant = {
    ...{ waybill: 'w', key: 'k', expiration: EXPIRATION, strategy: 'multipart', uploadId: 'u' },
    ...{ partSize: partSize ?? PART_SIZE, parts: window },
  }
  const answers: Record<string, object> = {
    '': { uploads: [grant] },
    list: { parts: listed },
    complete: { key: 'k', size: SIZE, etag: '"e"', verifiedBy: 'CRC64NVME' },
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input))
    if (url.origin !== ENDPOINT) {
      await new Response(init?.body).arrayBuffer()
      calls.push(`part ${url.searchParams.get('partNumber')}`)
      const checksum = received ? { [CHECKSUM_HEADER]: received } : {}
      return new Response('', { headers: { etag: '"e"', ...checksum } })
    }
    const call = url.pathname.slice(1)
    calls.push(call)
    const code = errors[call]?.shift()
    if (code) return Response.json({ error: { code, message: call } }, { status: 404 })
    return call === 'abort' ? new Response(null, { status: 204 }) : Response.json(answers[call])
  }
  const uploader = createUploader({
    ...{ endpoint: ENDPOINT, fetch, resumeStore: false, connections: 1 },
    // Nothing is waited for but what is never over here.
    effects: { wait: (ms) => (ms < 5_000 ? Promise.resolve() : new Promise(() => undefined)) },
  })
  const upload = uploader.upload(new File([new Uint8Array(SIZE)], 'a'))
  const states: string[] = []
  upload.on('state', ({ state }) => states.push(state))
  const ended = await upload.done.catch(() => failureOf(upload))
  await new Promise((resolve) => setImmediate(resolve))
  return { calls: calls.slice(1), ended, states }
}

const times = (count: number, code: UploadErrorCode) => Array.from({ length: count }, () => code)
const BOTH = ['part 1', 'part 2']

describe('an upload in parts', () => {
  it('sends again what S3 does not list', async () => {
    const listed = LISTED.slice(0, 1)
    const { calls, ended, states } = await uploadBy({ complete: ['UPLOAD_INCOMPLETE'], listed })
    expect(ended).toMatchObject({ key: 'k', size: SIZE })
    expect(calls).toEqual([...BOTH, 'complete', 'list', 'part 2', 'complete'])
    expect(states.slice(-4)).toEqual(['completing', 'uploading', 'completing', 'done'])
  })

  it('asks three times what S3 has, and is then taken back', async () => {
    const { calls, ended } = await uploadBy({ complete: times(9, 'UPLOAD_INCOMPLETE') })
    expect(ended).toMatchObject({ code: 'UPLOAD_INCOMPLETE' })
    const again = ['list', 'complete']
    expect(calls).toEqual([...BOTH, 'complete', ...again, ...again, ...again, 'abort'])
  })

  it('is completed again where S3 knows it no more: only the answer may be lost', async () => {
    const gone: UploadErrorCode[] = ['UPLOAD_NOT_FOUND']
    const { calls, ended } = await uploadBy({ complete: gone, list: gone })
    expect(ended).toMatchObject({ key: 'k' })
    expect(calls).toEqual([...BOTH, 'complete', 'list', 'complete'])
  })

  it('has failed where its parts cannot be listed', async () => {
    const { calls, ended } = await uploadBy({
      ...{ complete: ['UPLOAD_INCOMPLETE'], list: ['WAYBILL_EXPIRED'] },
    })
    expect(ended).toMatchObject({ code: 'WAYBILL_EXPIRED' })
    expect(calls).toEqual([...BOTH, 'complete', 'list', 'abort'])
  })

  it('asks for no list where complete is refused', async () => {
    const { calls, ended } = await uploadBy({ complete: ['FORBIDDEN'] })
    expect(ended).toMatchObject({ code: 'FORBIDDEN' })
    expect(calls).toEqual([...BOTH, 'complete', 'abort'])
  })

  it('sends again what S3 has otherwise when they make another object', async () => {
    const other = { crc64nvme: 'AAAAAAAAAAA=' }
    const listed = LISTED.map((part) => ({ ...part, ...(part.partNumber === 2 ? other : {}) }))
    const { calls, ended } = await uploadBy({ complete: ['CHECKSUM_MISMATCH'], listed })
    expect(ended).toMatchObject({ key: 'k', size: SIZE })
    expect(calls).toEqual([...BOTH, 'complete', 'list', 'part 2', 'complete'])
  })

  it('has failed where they make another object although S3 has each as it was sent', async () => {
    const { calls, ended } = await uploadBy({ complete: ['CHECKSUM_MISMATCH'] })
    expect(ended).toMatchObject({ code: 'CHECKSUM_MISMATCH' })
    expect(calls).toEqual([...BOTH, 'complete', 'list', 'abort'])
  })

  it('asks for no list where S3 received each time something else', async () => {
    const { calls, ended } = await uploadBy({ received: 'AAAAAAAAAAA=' })
    expect(ended).toMatchObject({ code: 'CHECKSUM_MISMATCH' })
    expect(calls).toEqual([...Array.from({ length: 5 }, () => 'part 1'), 'abort'])
  })

  it.each([1, PART_SIZE - 1, 6 * 1024 ** 4])('cannot have parts of %d bytes', async (partSize) => {
    const { calls, ended } = await uploadBy({ partSize })
    expect(ended).toMatchObject({
      ...{ code: 'RESPONSE_INVALID', message: `partSize is ${partSize} for ${SIZE} bytes` },
      cause: expect.any(Error),
    })
    expect(calls).toEqual(['abort'])
  })
})
