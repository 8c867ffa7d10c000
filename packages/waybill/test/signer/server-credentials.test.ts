import { BYTES, begin, complete, FILE, SMALL } from '@waybill/test-support/film'
import { sendParts, signerOf, spoiledFetch } from '@waybill/test-support/signer-storage'
import { createOne, post, SECRET } from '@waybill/test-support/signing'
import { startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'

const CLIENTS = { accessKeyId: 'clients', secretAccessKey: 'the secret of what clients get' }
const SERVER = { accessKeyId: 'server', secretAccessKey: 'the secret of the signer itself' }
const RULES = {
  video: { types: ['video/mp4'], maxSize: '1 GiB', authorize: () => ({ owner: 'ada' }) },
} as const

async function start() {
  const s3 = await startStrictS3({ buckets: ['uploads'], credentials: [CLIENTS, SERVER] })
  onTestFinished(() => s3.close())
  return s3
}

const idIn = (text: string | null | undefined) =>
  /^(?:.*Credential=)?([^/]+)\//.exec(text ?? '')?.[1]

describe('serverCredentials', () => {
  it('sign each call that the signer sends, and nothing for clients', async () => {
    const { fetch, calls, operations } = spoiledFetch()
    const options = { credentials: CLIENTS, serverCredentials: async () => SERVER, fetch }
    const signer = signerOf(await start(), RULES, { ...SMALL, ...options })
    const grant = await begin(signer, FILE)
    expect(idIn(new URL(grant.parts.url).searchParams.get('X-Amz-Credential'))).toBe('clients')
    await sendParts(grant, BYTES)
    await post(signer, '/list', { waybill: grant.waybill, uploadId: grant.uploadId })
    expect((await complete(signer, grant)).status).toBe(200)
    const { waybill, uploadId } = await begin(signer, FILE)
    await post(signer, '/abort', { waybill, uploadId })
    expect(new Set(operations())).toEqual(
      new Set(['CreateMultipartUpload', 'ListParts', 'Complete', 'HEAD object', 'Abort']),
    )
    expect(new Set(calls.map(({ headers }) => idIn(headers.authorization)))).toEqual(
      new Set(['server']),
    )
  })

  it.each(['post', 'put'] as const)('do not sign a presigned %s', async (strategy) => {
    const signer = signerOf(await start(), RULES, {
      credentials: CLIENTS,
      serverCredentials: SERVER,
      singleRequest: strategy,
    })
    const sha256 = 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='
    const text = JSON.stringify(await createOne(signer, { ...FILE, size: 3, sha256 }))
    expect(text).toContain('clients')
    expect(text).not.toContain('server')
  })

  it('default to the credentials', async () => {
    const { fetch, calls } = spoiledFetch()
    const signer = signerOf(await start(), RULES, { ...SMALL, credentials: CLIENTS, fetch })
    await begin(signer, FILE)
    expect(calls.map(({ headers }) => idIn(headers.authorization))).toEqual(['clients'])
  })

  it('are named if they are invalid', async () => {
    const s3 = await start()
    const serverCredentials = { accessKeyId: 'server', secretAccessKey: '' }
    expect(() => signerOf(s3, RULES, { serverCredentials, secret: SECRET })).toThrow(
      new TypeError('serverCredentials.secretAccessKey is empty, expected a string'),
    )
  })
})
