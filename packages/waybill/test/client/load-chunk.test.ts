/**
 * Chunks of the client come from the page's server, which here does not send them at first.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { loadChunk } from '../../src/client/load-chunk.ts'
import { withheldChunk } from './withheld-chunk.ts'

const GONE = new TypeError('Failed to fetch dynamically imported module')
const { signal } = new AbortController()

/** Loads a chunk that is refused so often, under a clock of the test's. */
async function loaded(refusals: number, isOnline: () => boolean = () => true) {
  const time = virtualTime()
  const online = { isOnline, whenOnline: () => new Promise<void>(() => {}) }
  let loads = 0
  const load = async () => {
    loads += 1
    if (loads <= refusals) throw GONE
    return 'chunk'
  }
  const answer = await time
    .until(loadChunk(load, { ...time, online }, signal))
    .catch((error: unknown) => error)
  return { answer, loads, ms: time.monotonicMs() }
}

describe('loadChunk', () => {
  it('asks again every two seconds', async () => {
    expect(await loaded(29)).toEqual({ answer: 'chunk', loads: 30, ms: 58_000 })
  })

  it('gives up after a minute, and says what was missing', async () => {
    expect(await loaded(30)).toMatchObject({
      answer: {
        code: 'NETWORK_FAILED',
        message: 'code of the client could not be loaded',
        cause: GONE,
      },
      ...{ loads: 30, ms: 58_000 },
    })
  })

  it('does not count the time without a network', async () => {
    expect(await loaded(100, () => false)).toEqual({ answer: 'chunk', loads: 101, ms: 200_000 })
  })

  it('ends with the reason of its signal', async () => {
    const reason = new Error('paused')
    const loading = loadChunk(() => Promise.reject(GONE), undefined, AbortSignal.abort(reason))
    await expect(loading).rejects.toBe(reason)
  })
})

describe('the chunk that an uploader loads ahead', () => {
  const chunk = withheldChunk('send/failure-chunk.ts', { typeOfName: () => 'image/png' })

  it.each([0, 1])(
    'is loaded before anything fails; %i failures of that harm nothing',
    async (count) => {
      chunk.refusals = count
      const { createEngine } = await import('../../src/client/uploader-options.ts')
      createEngine({ endpoint: 'https://signer.invalid', resumeStore: false })
      await eventually(async () => chunk.loads).toBe(1)
    },
  )

  it('is asked for again by the first upload that needs it', async () => {
    chunk.refusals = 3
    const { uploaderBy } = await import('./upload/scripted-storage.ts')
    const { uploader, described } = uploaderBy({})
    await uploader.upload(new File(['abc'], 'a.png')).done
    expect(described[0]?.type).toBe('image/png')
    expect(chunk.loads).toBeGreaterThan(3)
  })
})
