import { startHungStorage } from '@waybill/test-support/hung-storage'
import { type Reply, refusal, startScriptedS3 } from '@waybill/test-support/scripted-s3'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { probeSignedHeaders } from 'waybill/signer'
import { startLaxStorage } from './lax-storage.ts'

const isUnsigned = (name: string, signed: readonly string[]) =>
  name.startsWith('x-amz-') && !signed.includes(name)

async function start() {
  const created: string[] = []
  const s3 = await startStrictS3({ buckets: ['uploads'] })
  onTestFinished(() => s3.close())
  s3.onObjectCreated((event) => void created.push(event.detail.object.key))
  return { s3, created }
}

function probe(s3: StrictS3, endpoint = s3.endpoint, credentials = s3.credentials) {
  return probeSignedHeaders({ bucket: 'uploads', region: s3.region, endpoint, credentials })
}

describe('probeSignedHeaders', () => {
  it('returns yes for a store that rejects unsigned headers, and stores nothing', async () => {
    const { s3, created } = await start()
    expect(await probe(s3)).toEqual({ outcome: 'yes', answer: '403 AccessDenied' })
    expect(created).toEqual([])
  })

  it('returns no for a store that accepts them, and stores nothing', async () => {
    const { s3, created } = await start()
    const { endpoint, dropped } = await startLaxStorage(s3.endpoint, isUnsigned)
    expect(await probe(s3, endpoint)).toEqual({ outcome: 'no', answer: '400 BadDigest' })
    expect(dropped).toEqual(['x-amz-meta-waybill-probe'])
    expect(created).toEqual([])
  })

  it('does not mistake wrong credentials for strictness', async () => {
    const { s3 } = await start()
    const wrong = { ...s3.credentials, secretAccessKey: 'another' }
    expect(await probe(s3, s3.endpoint, wrong)).toEqual({
      outcome: 'unknown',
      answer: '403 SignatureDoesNotMatch',
    })
  })

  it('is undecided about a store that compares no digest, and deletes what it stored', async () => {
    const { s3, created } = await start()
    const removed: string[] = []
    const result = await probeSignedHeaders({
      bucket: 'uploads',
      region: s3.region,
      endpoint: s3.endpoint,
      credentials: s3.credentials,
      prefix: 'uploads/',
      fetch: async (input, init) => {
        const url = new URL(String(input))
        if (init?.method === 'DELETE') removed.push(url.pathname)
        if (init?.method !== 'PUT') return fetch(input, init)
        created.push(url.pathname)
        return new Response('', { status: 200 })
      },
    })
    expect(result).toEqual({ outcome: 'unknown', answer: '200' })
    expect(removed).toEqual(created)
    expect(removed[0]).toMatch(/^\/uploads\/uploads\/waybill-probe-[0-9a-f]{32}$/)
  })

  it('is undecided about a store that does not respond', async () => {
    const { endpoint } = await startHungStorage()
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
    const store = { bucket: 'uploads', region: 'eu-west-1', endpoint, credentials }
    expect(await probeSignedHeaders({ ...store, requestTimeoutMs: 50 })).toEqual({
      outcome: 'unknown',
      answer: 'no response',
    })
  })

  it('throws if the credentials have expired', async () => {
    const expiration = new Date('2020-01-01T00:00:00Z')
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', expiration }
    const store = { bucket: 'uploads', region: 'eu-west-1', credentials }
    await expect(probeSignedHeaders(store)).rejects.toThrow(/credentials expired/)
  })

  it.each<[string, readonly Reply[], string, readonly string[]]>([
    ['refuses the first otherwise', [refusal(400, 'Odd')], '400 Odd', ['PUT']],
    ['redirects', [{ status: 300 }], '300', ['PUT']],
    ['answers no document', [{ status: 500, body: 'x' }], '500', ['PUT']],
    ['answers another document', [{ status: 500, body: '<R/>' }], '500', ['PUT']],
    [
      'refuses the second otherwise',
      [refusal(400, 'BadDigest'), refusal(400, 'Odd')],
      '400 Odd',
      ['PUT', 'PUT'],
    ],
    [
      'keeps the second',
      [refusal(400, 'BadDigest'), { status: 200 }, { status: 204 }],
      '200',
      ['PUT', 'PUT', 'DELETE'],
    ],
  ])('is undecided about a store that %s, and deletes only what it stored', async (...row) => {
    const [, script, answer, methods] = row
    const { context, received } = await startScriptedS3(script)
    const { bucket, region, endpoint = '' } = context.location
    const credentials = await context.credentials()
    const result = await probeSignedHeaders({ bucket, region, endpoint, credentials })
    expect(result).toEqual({ outcome: 'unknown', answer: expect.stringContaining(answer) })
    expect(received.map(({ method }) => method)).toEqual(methods)
    expect(received[0]?.key).toMatch(/^waybill-probe-[0-9a-f]{32}$/)
  })
})
