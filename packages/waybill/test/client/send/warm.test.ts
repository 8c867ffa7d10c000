import { countConnections } from '@waybill/test-support/connection-counter'
import { settle } from '@waybill/test-support/eventually'
import { seededFile } from '@waybill/test-support/seeded-file'
import { startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import { createUploader } from 'waybill/client'

/** A system whose uploader connects to signer and S3 by ways that are counted. */
async function startCounted() {
  const storage = await countConnections()
  const signer = await countConnections()
  const system = await startSystem({ signer: { endpoint: storage.origin } })
  storage.leadTo(system.storageProxy.endpoint)
  signer.leadTo(new URL(system.endpoint).origin)
  const endpoint = `${signer.origin}${new URL(system.endpoint).pathname}`
  return { storage, signer, system, endpoint }
}

const SIGNER = 'https://signer.example/uploads'
const NEVER = { wait: () => new Promise<void>(() => {}) }

/** A network of functions, and what it is asked. */
function scripted(answer: () => Promise<Response>) {
  const asked: object[] = []
  const signals: AbortSignal[] = []
  const fetch: typeof globalThis.fetch = (to, { method, redirect, signal } = {}) => {
    asked.push({ to, method, redirect })
    if (signal) signals.push(signal)
    return answer()
  }
  return { asked, signals, fetch }
}

/** An answer in pieces of these sizes, and how much of it is read. */
function answerOf(sizes: readonly number[]) {
  const seen = { read: 0, isCanceled: false }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = sizes[seen.read]
        if (size === undefined) return controller.close()
        seen.read += 1
        controller.enqueue(new Uint8Array(size))
      },
      cancel() {
        seen.isCanceled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { response: new Response(body), seen }
}

describe('uploader.warm', () => {
  it('opens the connections that the first upload then uses', async () => {
    const { storage, signer, system, endpoint } = await startCounted()
    const uploader = system.uploader('me', { endpoint, storageOrigins: [storage.origin] })
    await uploader.warm()
    expect([signer.received.length, storage.received.length]).toEqual([1, 1])
    const [asked = 0] = signer.received
    const upload = uploader.upload(seededFile('a.bin', 1000, 1))
    // Before the signer asks S3 for the object, over connections of its own.
    const whenSent = new Promise<number>((resolve) => {
      upload.on('state', ({ state }) => {
        if (state === 'completing') resolve(storage.received.length)
      })
    })
    expect(await whenSent).toBe(1)
    await upload.done
    expect(signer.received).toHaveLength(1)
    expect(signer.received[0]).toBeGreaterThan(asked)
  })

  it('opens no new ones when it is called again', async () => {
    const { storage, signer, system, endpoint } = await startCounted()
    const uploader = system.uploader('me', { endpoint, storageOrigins: [storage.origin] })
    await uploader.warm()
    await settle()
    await uploader.warm()
    expect([signer.received.length, storage.received.length]).toEqual([1, 1])
    expect(system.completed).toEqual([])
  })

  it('sends nothing to S3 if storageOrigins does not name it', async () => {
    const { storage, signer, system, endpoint } = await startCounted()
    await system.uploader('me', { endpoint }).warm()
    expect([signer.received.length, storage.received.length]).toEqual([1, 0])
  })

  it('resolves if the network is down, and the upload opens its own connections', async () => {
    const { system } = await startCounted()
    const fetch: typeof globalThis.fetch = (input, init) =>
      init?.method === 'OPTIONS'
        ? Promise.reject(new TypeError('fetch failed'))
        : globalThis.fetch(input, init)
    const uploader = system.uploader('me', { fetch })
    await expect(uploader.warm()).resolves.toBeUndefined()
    await uploader.upload(seededFile('a.bin', 1000, 1)).done
    expect(system.completed).toEqual(['files/a.bin'])
  })

  it('gives up on a server that does not respond', async () => {
    const { origin, opened } = await countConnections()
    const waits: number[] = []
    const wait = async (ms: number) => {
      waits.push(ms)
      await opened(1)
    }
    const uploader = createUploader({ endpoint: origin, effects: { wait } })
    await expect(uploader.warm()).resolves.toBeUndefined()
    expect(waits).toEqual([10_000])
  })

  it('aborts its requests when it gives up', async () => {
    const { signals, fetch } = scripted(() => new Promise<Response>(() => {}))
    const effects = { wait: async () => {} }
    await createUploader({ endpoint: SIGNER, fetch, effects }).warm()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  it('sends the signer a request that changes nothing and follows no redirect', async () => {
    const { asked, fetch } = scripted(async () => new Response())
    await createUploader({ endpoint: SIGNER, fetch, effects: NEVER }).warm()
    expect(asked).toEqual([{ to: SIGNER, method: 'OPTIONS', redirect: 'manual' }])
  })

  it.each([
    ['to its end', [1, 1], { read: 2, isCanceled: false }],
    ['to its end, where it is as long as may be', [65_535, 1], { read: 2, isCanceled: false }],
    ['no further than it may be long', [65_536, 1, 1], { read: 2, isCanceled: true }],
  ])('reads a response %s', async (_, sizes, expected) => {
    const answer = answerOf(sizes)
    const { fetch } = scripted(async () => answer.response)
    await createUploader({ endpoint: SIGNER, fetch, effects: NEVER }).warm()
    expect(answer.seen).toEqual(expected)
  })
})
