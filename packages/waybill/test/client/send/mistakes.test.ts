/**
 * What a page's requests make of weather, which passes, and of mistakes, which do not: both look
 * the same to them.
 *
 * @module
 */

import { virtualTime } from '@waybill/test-support/virtual-time'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { UploadError } from 'waybill'
import { treatCalling, treatSending } from '../../../src/client/error-table.ts'
import type { RetryContext, RetryOptions } from '../../../src/client/send/failed-request.ts'
import { loadFailureHandling } from '../../../src/client/send/load-failure-handling.ts'
import { noAnswer, noteAnswer } from '../../../src/client/send/read-answer.ts'
import { retry } from '../../../src/client/send/retry.ts'

const PAGE = 'http://localhost:5173'
const FOUR_MINUTES = 240_000

/** What a `no-cors` request to an origin meets, and what the signer says to a simple one. */
interface World {
  /** At this time. `hidden`: it answers what the page may not read. */
  readonly storage: (at: number) => 'away' | 'hidden'
  readonly signer: (
    at: number,
  ) => 'rules' | 'refusal' | 'empty list' | 'login page' | 'away' | 'hidden'
  readonly page?: string
  readonly storageUrl?: string
}

const SIGNER_SAYS = {
  rules: '{"rules":{}}',
  refusal: '{"error":{"code":"ORIGIN_NOT_ALLOWED","message":"origin is another"}}',
  'empty list':
    '{"error":{"code":"ORIGIN_NOT_ALLOWED","message":"no origin","details":{"allowed":[]}}}',
  'login page': '<!doctype html><title>Wi-Fi</title>',
}

let origins = 0

/** Requests of a page in such a world, under a clock of their own. */
function worldOf({ storage, signer, page = PAGE, ...given }: World) {
  vi.stubGlobal('location', new URL(page))
  origins += 1
  const { storageUrl = `https://bucket-${origins}.example/?partNumber=1&uploadId=a` } = given
  const endpoint = `https://signer-${origins}.example/api`
  const time = virtualTime()
  const asked: string[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const at = time.monotonicMs()
    asked.push(`${init?.method ?? 'GET'} ${String(input)}`)
    const isSigner = String(input).startsWith(endpoint)
    const state = isSigner ? signer(at) : storage(at)
    if (state === 'hidden' && init?.mode === 'no-cors') return new Response()
    if (state === 'hidden' || state === 'away') throw new TypeError('Failed to fetch')
    return new Response(SIGNER_SAYS[state])
  }
  const online = { isOnline: () => true, whenOnline: () => new Promise<void>(() => undefined) }
  const retryContext: RetryContext = {
    effects: { ...time, random: () => 0.5, online },
    retryForMs: FOUR_MINUTES,
    signer: { endpoint, fetch },
  }
  const likely: (UploadError | undefined)[] = []
  const waits = {
    set: (_: object, { error }: { error?: UploadError }) => likely.push(error),
    clear: () => undefined,
  } as unknown as NonNullable<RetryOptions['waits']> // what trials use of it
  /** @param succeedsAt - Until when it gets no answer. */
  const request = (side: 'signer' | 'storage', succeedsAt = Number.POSITIVE_INFINITY) => {
    const isSigner = side === 'signer'
    const treat = isSigner ? treatCalling : treatSending
    const options = { retryContext, side, treat, waits, signal: new AbortController().signal }
    return retry(options, async () => {
      if (time.monotonicMs() >= succeedsAt) {
        noteAnswer(isSigner ? endpoint : storageUrl)
        return time.monotonicMs()
      }
      throw isSigner
        ? noAnswer('SIGNER_UNAVAILABLE', endpoint)
        : noAnswer('NETWORK_FAILED', storageUrl)
    })
  }
  const ended = async (promise: Promise<unknown>) => {
    const error = await time.until(promise).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    return { error, seconds: time.monotonicMs() / 1000 }
  }
  return { time, request, ended, asked, likely, storageUrl }
}

const always =
  <State>(state: State) =>
  () =>
    state

// Loading takes turns of its own, in which no virtual time passes.
beforeAll(() => loadFailureHandling())
afterEach(() => vi.unstubAllGlobals())

describe('a passing failure', () => {
  it.each<[string, World, 'signer' | 'storage']>([
    ['an outage of the bucket', { storage: always('away'), signer: always('rules') }, 'storage'],
    ['an outage of the signer', { storage: always('hidden'), signer: always('away') }, 'signer'],
    [
      'a gateway that answers in place of the signer, unreadably',
      { storage: always('hidden'), signer: always('hidden') },
      'signer',
    ],
    [
      'the login page of a network, which answers every request',
      { storage: always('hidden'), signer: always('login page') },
      'storage',
    ],
    [
      'a bucket that now answers unreadably and now not at all',
      {
        storage: (at) => (Math.floor(at / 3000) % 2 ? 'hidden' : 'away'),
        signer: always('rules'),
      },
      'storage',
    ],
  ])('such as %s ends no upload before four minutes', async (_, world, side) => {
    const { request, ended } = worldOf(world)
    const { error, seconds } = await ended(Promise.allSettled([request(side), request(side)]))
    expect(error).toBeUndefined()
    expect(seconds).toBeGreaterThanOrEqual(240)
    const { request: again, ended: endedAgain } = worldOf(world)
    const code = side === 'signer' ? 'SIGNER_UNAVAILABLE' : 'NETWORK_FAILED'
    expect((await endedAgain(again(side))).error).toMatchObject({ code })
  })

  it('ends no upload if only one of many requests gets a response without CORS headers', async () => {
    const { request, ended } = worldOf({ storage: always('hidden'), signer: always('rules') })
    const one = request('storage', 20_000)
    const others = Array.from({ length: 5 }, () => request('storage', 300))
    expect((await ended(Promise.all([one, ...others]))).error).toBeUndefined()
  })

  it('is assumed if the bucket has ever responded readably to this page', async () => {
    const { request, ended, storageUrl, asked } = worldOf({
      storage: always('hidden'),
      signer: always('rules'),
    })
    noteAnswer(storageUrl)
    const { error, seconds } = await ended(request('storage'))
    expect(error).toMatchObject({ code: 'NETWORK_FAILED' })
    expect(seconds).toBeGreaterThanOrEqual(240)
    expect(asked).toEqual([])
  })

  it('is reported with its likely cause from the first pause on', async () => {
    const { request, ended, likely } = worldOf({ storage: always('away'), signer: always('rules') })
    await ended(request('storage'))
    const [first] = likely
    expect(first?.code).toBe('NETWORK_FAILED')
    expect(first?.message).toMatch(
      /^the storage at https:\/\/bucket-\d+\.example did not respond; if this continues, check that the signer's bucket exists and that its CORS rule allows http:\/\/localhost:5173$/,
    )
  })
})

describe('a configuration mistake is reported within seconds, with its fix,', () => {
  const hidden: World = { storage: always('hidden'), signer: always('rules') }

  it.each([
    [
      '?partNumber=1&uploadId=a',
      `: check that the bucket's CORS rule has ${PAGE} in AllowedOrigins`,
    ],
    [
      'uploads/',
      "is an S3 server (the signer's endpoint option), the bucket exists (the signer's bucket and region)",
    ],
  ])('if the storage responds without CORS headers (%s)', async (rest, advice) => {
    const storageUrl = `https://hidden-${rest.length}.example/${rest}`
    const { request, ended, likely, asked } = worldOf({ ...hidden, storageUrl })
    const all = Array.from({ length: 300 }, () => request('storage'))
    const { seconds } = await ended(Promise.allSettled(all))
    expect(seconds).toBeLessThan(8)
    expect(seconds).toBeGreaterThan(4)
    const error = await all[299]?.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'STORAGE_CORS_MISSING' })
    const message = error instanceof UploadError ? error.message : ''
    const { origin } = new URL(storageUrl)
    const place = rest === 'uploads/' ? `${origin}/uploads` : origin
    expect(message).toContain(`the storage at ${place} sent no CORS headers to ${PAGE}`)
    expect(message).toContain(advice)
    // Before it is proven it is the likely cause.
    expect(likely.at(-1)?.message).toBe(message)
    // Without signature.
    expect(asked).toContain(`HEAD ${storageUrl.replace(/\?.*/, '')}`)
  })

  it('and fails further requests at once, until the page is allowed', async () => {
    const { request, ended, time } = worldOf(hidden)
    await ended(request('storage'))
    const from = time.monotonicMs()
    await expect(time.until(request('storage'))).rejects.toMatchObject({
      code: 'STORAGE_CORS_MISSING',
    })
    expect(time.monotonicMs()).toBe(from)
    await expect(time.until(request('storage', from))).resolves.toBe(from)
  })

  it('if the signer allows no page at all, but only once it has said so several times', async () => {
    const { request, ended, likely } = worldOf({
      storage: always('away'),
      signer: always('empty list'),
    })
    const { error, seconds } = await ended(request('signer'))
    expect(error).toMatchObject({ code: 'ORIGIN_NOT_ALLOWED', message: 'no origin' })
    expect(likely.at(-1)).toEqual(error)
    expect(seconds).toBeGreaterThanOrEqual(4)
    expect(seconds).toBeLessThan(8)
  })

  it('if the signer does not allow the page', async () => {
    const { request, ended } = worldOf({ storage: always('away'), signer: always('refusal') })
    const { error, seconds } = await ended(request('signer'))
    expect(seconds).toBeLessThan(1)
    expect(error).toMatchObject({
      code: 'ORIGIN_NOT_ALLOWED',
      message: 'origin is another',
    })
  })

  it.each(['http://mixed.example', 'http://10.mixed.example'])(
    'if a secure page would send to an address without https (%s)',
    async (storage) => {
      const { request, ended } = worldOf({
        ...{ storage: always('away'), signer: always('rules') },
        ...{ page: 'https://app.example', storageUrl: `${storage}/uploads` },
      })
      const { error, seconds } = await ended(request('storage'))
      expect(seconds).toBeLessThan(1)
      expect(error).toMatchObject({
        code: 'ADDRESS_BLOCKED',
        message: `browsers send nothing from https://app.example to ${storage}, which is not https: change the signer's endpoint option`,
      })
    },
  )

  it("if the address is the browser's own device and the page comes from elsewhere", async () => {
    const { request, ended } = worldOf({
      ...{ storage: always('away'), signer: always('rules') },
      ...{ page: 'http://192.168.1.5:5173', storageUrl: 'http://localhost:9999/uploads' },
    })
    const { error, seconds } = await ended(request('storage'))
    expect(seconds).toBeLessThan(8)
    expect(error).toMatchObject({
      code: 'ADDRESS_BLOCKED',
      message:
        "http://localhost:9999 is the visitor's own device, but the page is at http://192.168.1.5:5173: change the signer's endpoint option (the address of the storage) to an address that visitors' devices can reach",
    })
  })
})
