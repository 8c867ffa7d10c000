import {
  type Answering,
  type EchoServer,
  endless,
  granting,
  redirectTo,
  startEchoServer,
} from '@waybill/test-support/echo-server'
import { eventually } from '@waybill/test-support/eventually'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads } from '@waybill/test-support/stored'
import { startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createUploader, type UploaderOptions } from 'waybill/client'

const MIB = 1024 ** 2
const FILE = new File(['a'], 'a.txt', { type: 'text/plain' })

async function server(answer?: Answering): Promise<EchoServer> {
  const started = await startEchoServer(answer)
  onTestFinished(() => started.close())
  return started
}

const grantingSigner = (url: string) => server(granting(url))

function upload(endpoint: string, file: File = FILE, options: Partial<UploaderOptions> = {}) {
  return createUploader({ endpoint, effects: { random: () => 0 }, ...options }).upload(file)
}

/** A platform that knows no `redirect` and follows; a stream could not be sent twice. */
const following: typeof fetch = async (input, init) => {
  const body = await new Response(init?.body).bytes()
  return fetch(input, { ...init, ...(init?.body ? { body } : {}), redirect: 'follow' })
}

describe('a redirect from the signer', () => {
  it("is not followed, so that the headers' contents stay with the signer", async () => {
    const elsewhere = await server()
    const signer = await server(redirectTo(elsewhere.endpoint))
    const headers = { authorization: 'Bearer secret' }
    const failure = await failureOf(upload(signer.endpoint, FILE, { headers }))
    expect(failure).toMatchObject({
      code: 'RESPONSE_INVALID',
      message: `the signer at ${signer.endpoint} responded with a redirect, which is not followed: check the page's endpoint`,
    })
    expect(signer.reached).toHaveLength(1)
    expect(elsewhere.reached).toEqual([])
  })

  it('is rejected where the platform follows it anyway', async () => {
    const elsewhere = await grantingSigner('http://127.0.0.1:9/')
    const signer = await server(redirectTo(elsewhere.endpoint))
    const failure = await failureOf(upload(signer.endpoint, FILE, { fetch: following }))
    expect(failure).toMatchObject({ code: 'RESPONSE_INVALID' })
  })
})

describe('a redirect from the storage', () => {
  it.each([
    ['a small file', 1],
    ['a file whose bytes are seen to leave', 2 * MIB],
  ])('does not send %s anywhere', async (_, size) => {
    const elsewhere = await server()
    const storage = await server(redirectTo(elsewhere.endpoint))
    const signer = await grantingSigner(storage.endpoint)
    const failure = await failureOf(upload(signer.endpoint, seededFile('a', size, 1)))
    expect(failure).toMatchObject({ code: 'STORAGE_REFUSED' })
    expect(storage.reached).toHaveLength(1)
    expect(elsewhere.reached).toEqual([])
  })
})

describe('a failure', () => {
  it('does not reveal a storage address that is not a URL, because it contains a signature', async () => {
    const signer = await grantingSigner('/bucket?X-Amz-Signature=0a1b')
    const failure = await failureOf(upload(signer.endpoint, FILE, { retryForMs: 0 }))
    expect(failure).toMatchObject({
      code: 'NETWORK_FAILED',
      message: 'the storage at no URL did not respond',
    })
  })
})

describe('an endless response', () => {
  it.each([200, 400])(
    'from the signer, with status %i, is read no further than 8 MiB',
    async (status) => {
      const { answer, hungUp } = endless(status, '[')
      const signer = await server(answer)
      const failure = await failureOf(upload(signer.endpoint))
      expect(failure).toMatchObject({
        code: 'RESPONSE_INVALID',
        message: "the signer's response is longer than 8388608 bytes",
      })
      expect(await hungUp).toBeLessThan(32 * MIB)
    },
  )

  it.each([204, 400])(
    'from the storage, with status %i, is read no further than its limit',
    async (status) => {
      const { answer, hungUp } = endless(status === 204 ? 200 : status, '[')
      const storage = await server(answer)
      const signer = await grantingSigner(storage.endpoint)
      const failure = await failureOf(upload(signer.endpoint))
      expect(failure).toMatchObject({
        code: 'RESPONSE_INVALID',
        message: "the storage's response is longer than 262144 bytes",
      })
      expect(await hungUp).toBeLessThan(16 * MIB)
    },
  )
})

describe('storageOrigins', () => {
  it('also reject parts, and abort the upload', async () => {
    const system = await startSystem({ signer: { partSize: 5 * MIB } })
    const uploader = system.uploader('me', { storageOrigins: ['https://elsewhere.example'] })
    const failure = await failureOf(uploader.upload(seededFile('a', 17 * MIB, 2)))
    expect(failure).toMatchObject({
      code: 'STORAGE_NOT_ALLOWED',
      message: `the upload leads to ${system.storageProxy.endpoint}, allowed is https://elsewhere.example`,
    })
    const sent = system.storageProxy.exchanges.map(({ request }) => request.operation)
    expect(sent).not.toContain('UploadPart')
    await eventually(() => openUploads(system)).toEqual([])
  })

  it('allow the origins they list', async () => {
    const system = await startSystem()
    const storageOrigins = ['https://elsewhere.example', `${system.storageProxy.endpoint}/`]
    await system.uploader('me', { storageOrigins }).upload(FILE).done
  })
})
