import { FILE, MIB, RULES, SHA256 } from '@waybill/test-support/film'
import {
  refusal,
  signerOf,
  spoiledFetch,
  startStorage,
  uploadsUnderWay,
} from '@waybill/test-support/signer-storage'
import { post } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { ErrorMessage, SignerEvent, UploadGrant } from 'waybill'
import type { Signer } from 'waybill/signer'

const LARGE = { ...FILE, size: 20 * MIB }
const SMALL = { ...FILE, size: 1000, sha256: SHA256 }
const ANNA = { video: { ...RULES.video, authorize: () => ({ owner: 'anna' }) } }
const CREATE = 'CreateMultipartUpload'

function times<Item>(count: number, item: Item): Item[] {
  return Array.from({ length: count }, () => item)
}

async function create(signer: Signer, files: readonly object[]) {
  const { status, body } = await post(signer, '', { files })
  expect(status).toBe(201)
  const { uploads }: { uploads: (UploadGrant | ErrorMessage)[] } = JSON.parse(body)
  return uploads.map((upload) => ('error' in upload ? upload.error.code : upload.strategy))
}

describe('one call without an owner', () => {
  it('creates ten multipart uploads, and none for the other files that need parts', async () => {
    const s3 = await startStorage()
    const { fetch, operations } = spoiledFetch()
    const signer = signerOf(s3, RULES, { fetch })
    const answers = await create(signer, times(100, LARGE))
    expect(answers).toEqual([...times(10, 'multipart'), ...times(90, 'TOO_MANY_UPLOADS')])
    expect(operations()).toEqual(times(10, CREATE))
    expect(await uploadsUnderWay(s3)).toBe(10)
  })

  it('reports how many it had and how many are allowed', async () => {
    const signer = signerOf(await startStorage(), RULES)
    const { body } = await post(signer, '', { files: times(12, LARGE) })
    expect(JSON.parse(body).uploads.at(-1).error.message).toBe(
      'file is number 12 in this call that goes in parts or counts for a quota, at most 10 are allowed without an owner: ' +
        'ask for it again in another call',
    )
  })

  it('does not count single-request or rejected files', async () => {
    const signer = signerOf(await startStorage(), RULES)
    const wrong = { ...LARGE, type: 'text/html' }
    const files = [
      ...times(50, SMALL),
      ...times(20, wrong),
      ...times(11, LARGE),
      ...times(5, SMALL),
    ]
    const answers = await create(signer, files)
    expect(answers).toEqual([
      ...times(50, 'post'),
      ...times(20, 'FILE_TYPE_NOT_ALLOWED'),
      ...times(10, 'multipart'),
      'TOO_MANY_UPLOADS',
      ...times(5, 'post'),
    ])
  })

  it('asks S3 for no others if S3 refuses the first ten', async () => {
    const { fetch, operations } = spoiledFetch(() => refusal(403, 'AccessDenied'))
    const signer = signerOf(await startStorage(), RULES, { fetch })
    const answers = await create(signer, times(40, LARGE))
    expect(answers).toEqual([...times(10, 'STORAGE_REFUSED'), ...times(30, 'TOO_MANY_UPLOADS')])
    expect(operations()).toEqual(times(10, CREATE))
  })

  it('chooses no key for a file that has to be requested again', async () => {
    const chosen: string[] = []
    const key = ({ id }: { id: string }) => {
      chosen.push(id)
      return id
    }
    const signer = signerOf(await startStorage(), { video: { ...RULES.video, key } })
    await create(signer, times(30, LARGE))
    expect(chosen).toHaveLength(10)
  })

  it('starts counting anew in each call', async () => {
    const signer = signerOf(await startStorage(), RULES)
    const calls = [await create(signer, times(10, LARGE)), await create(signer, times(10, LARGE))]
    expect(calls.flat()).toEqual(times(20, 'multipart'))
  })

  it('reports each rejected file to onEvent', async () => {
    const events: SignerEvent[] = []
    const options = { onEvent: (event: SignerEvent) => void events.push(event) }
    await create(signerOf(await startStorage(), RULES, options), times(40, LARGE))
    expect(events.filter(({ type }) => type === 'grant')).toHaveLength(10)
    const refusals = events.filter(({ type }) => type === 'refusal')
    expect(refusals).toHaveLength(30)
    for (const event of refusals) {
      expect(event).toMatchObject({
        call: 'create',
        code: 'TOO_MANY_UPLOADS',
        status: 429,
        rule: 'video',
        size: LARGE.size,
        contentType: LARGE.type,
      })
    }
  })
})

describe('one call with an owner', () => {
  it('creates a hundred multipart uploads, even under a public rule', async () => {
    const { fetch, operations } = spoiledFetch()
    const signer = signerOf(await startStorage(), ANNA, { fetch })
    expect(await create(signer, times(100, LARGE))).toEqual(times(100, 'multipart'))
    expect(operations()).toEqual(times(100, CREATE))
  })
})
