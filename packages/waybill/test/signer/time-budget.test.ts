/**
 * A storage that hangs: the signer answers while its caller still waits, over real HTTP.
 *
 * @module
 */

import { type HungStorage, startHungStorage, timeLeft } from '@waybill/test-support/hung-storage'
import { CREDENTIALS, codeOf, NOW, signerFor } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'

const RULES = {
  video: { types: ['video/mp4'], maxSize: '1 GiB', authorize: () => ({ owner: 'ada' }) },
} as const
const FILM = { name: 'film.mp4', size: 50_000_000, type: 'video/mp4' }
const ORIGIN = 'https://app.example.com'

function request(path: string, body: object) {
  const headers = { 'content-type': 'application/json', origin: ORIGIN }
  return { method: 'POST', path, query: {}, headers, body: JSON.stringify(body) }
}

/**
 * @returns A signer whose clock goes on by so much with each request to storage, and the methods of
 * these requests.
 */
function signerOf({ endpoint }: HungStorage, secondsPerRequest: number, requestTimeoutMs = 20) {
  let time = NOW.getTime()
  // Counted here: on a busy machine a request may be given up before the storage hears of it.
  const asked: string[] = []
  const signer = signerFor(RULES, {
    endpoint,
    credentials: { ...CREDENTIALS, expiration: new Date('2026-03-02T12:00:00Z') },
    requestTimeoutMs,
    maxAttempts: 9,
    effects: { now: () => new Date(time) },
    fetch: (input, init) => {
      time += secondsPerRequest * 1000
      asked.push(init?.method ?? '')
      return fetch(input, init)
    },
  })
  return { signer, asked }
}

describe('a storage that hangs', () => {
  it('has 15 seconds in total for all attempts, and the page can read the error', async () => {
    const storage = await startHungStorage()
    const { signer, asked } = signerOf(storage, 4)
    const { status, headers, body } = await signer.handle(request('', { files: [FILM] }))
    expect(status).toBe(201)
    expect(JSON.parse(body)).toMatchObject({
      uploads: [{ error: { code: 'STORAGE_UNAVAILABLE' } }],
    })
    expect(headers['access-control-allow-origin']).toBe(ORIGIN)
    // With each creation whose answer is lost comes a look for what it left behind.
    expect(asked).toEqual(['POST', 'GET', 'GET', 'GET'])
  })

  it('is not waited for longer than the caller waits', async () => {
    const storage = await startHungStorage()
    const { signer, asked } = signerOf(storage, 0, 10_000)
    const remainingTimeMs = timeLeft(200, storage)
    const response = await signer.handle(request('', { files: [FILM] }), { remainingTimeMs })
    expect(JSON.parse(response.body)).toMatchObject({
      uploads: [{ error: { code: 'STORAGE_UNAVAILABLE' } }],
    })
    expect(asked).toEqual(['POST'])
    expect(remainingTimeMs()).toBe(0)
  })

  it('is not called at all if no time is left', async () => {
    const storage = await startHungStorage()
    const { signer, asked } = signerOf(storage, 0)
    const limit = { remainingTimeMs: () => 0 }
    await signer.handle(request('', { files: [FILM] }), limit)
    expect(asked).toEqual([])
  })

  it("may use all of the caller's time for a completion", async () => {
    const storage = await startHungStorage()
    const { signer, asked } = signerOf(storage, 4)
    const small = { ...FILM, size: 1000, sha256: 'A'.repeat(43).concat('=') }
    const created = JSON.parse((await signer.handle(request('', { files: [small] }))).body)
    const { waybill } = created.uploads[0]
    const patient = await signer.handle(request('/complete', { waybill }))
    expect([patient.status, codeOf(patient)]).toEqual([503, 'STORAGE_UNAVAILABLE'])
    expect(asked).toHaveLength(9)
    const limit = { remainingTimeMs: () => (asked.length < 11 ? 20_000 : 0) }
    const hurried = await signer.handle(request('/complete', { waybill }), limit)
    expect(codeOf(hurried)).toBe('STORAGE_UNAVAILABLE')
    expect(asked).toHaveLength(11)
  })
})
