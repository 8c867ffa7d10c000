/**
 * Chunks of the client come from the page's server, which here does not send them at first.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { ONLINE, virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { loadChunk } from '../../src/client/load-chunk.ts'
import { withheldChunk } from './withheld-chunk.ts'

const GONE = new TypeError(
  'Failed to fetch dynamically imported module: https://app.example/a-B4.js',
)
const { signal } = new AbortController()

interface Line {
  readonly isOnline?: () => boolean
  /** Whether the page's server can be reached. */
  readonly responds?: boolean
}

/** Loads a chunk that is refused so often, under a clock of the test's. */
async function loaded(refusals: number, { isOnline = () => true, responds = true }: Line = {}) {
  const time = virtualTime()
  let loads = 0
  const load = async () => {
    loads += 1
    if (loads <= refusals) throw GONE
    return 'chunk'
  }
  const loading = loadChunk(
    load,
    { ...time, online: { ...ONLINE, isOnline } },
    signal,
    async () => responds,
  )
  const answer = await time.until(loading).catch((error: unknown) => error)
  return { answer, loads, ms: time.monotonicMs() }
}

describe('loadChunk', () => {
  it('retries every two seconds', async () => {
    expect(await loaded(2)).toEqual({ answer: 'chunk', loads: 3, ms: 4_000 })
  })

  it("gives up after three failures if the page's server responds", async () => {
    const message = expect.stringMatching(/^https:\/\/app\.example\/a-B4\.js is not on the page's/)
    const answer = { code: 'PAGE_OUTDATED', message, cause: GONE }
    expect(await loaded(3)).toMatchObject({ answer, loads: 3, ms: 4_000 })
  })

  it('gives up after a minute if it does not', async () => {
    const answer = { code: 'NETWORK_FAILED', cause: GONE }
    // Engines remember a failed import, so it is not tried again meanwhile.
    expect(await loaded(1, { responds: false })).toMatchObject({ answer, loads: 1, ms: 62_000 })
  })

  it('makes no requests while offline, and does not count that time', async () => {
    let checks = 0
    const isOnline = () => {
      checks += 1
      return checks > 200
    }
    expect(await loaded(0, { isOnline, responds: false })).toMatchObject({
      answer: 'chunk',
      loads: 1,
    })
    expect(await loaded(0, { isOnline: () => false })).toMatchObject({ loads: 1, ms: 0 })
  })

  it("ends with its signal's reason", async () => {
    const reason = new Error('paused')
    const loading = loadChunk(() => Promise.reject(GONE), undefined, AbortSignal.abort(reason))
    await expect(loading).rejects.toBe(reason)
  })
})

describe('a chunk that an uploader preloads', () => {
  const chunk = withheldChunk('send/failure-handling.ts', { typeOfName: () => 'image/png' })

  it.each([0, 1])('is loaded before anything fails; %i failures do no harm', async (count) => {
    chunk.refusals = count
    const { createEngine } = await import('../../src/client/uploader-options.ts')
    createEngine({ endpoint: 'https://signer.invalid', resumeStore: false })
    await eventually(async () => chunk.loads).toBe(1)
  })

  it('is requested again by the first upload that needs it', async () => {
    chunk.refusals = 2
    const { uploaderBy } = await import('./upload/scripted-storage.ts')
    const { uploader, described } = uploaderBy({})
    await uploader.upload(new File(['abc'], 'a.png')).done
    expect(described[0]?.type).toBe('image/png')
    expect(chunk.loads).toBeGreaterThan(2)
  })
})
