/**
 * The code for failures is a chunk of its own, loaded from the page's server. Here that server does
 * not give it.
 *
 * @module
 */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { virtualTime } from '../../support/virtual-time.ts'

const CHUNK = '../../../src/client/retry/failures.ts'
const GONE = new TypeError('Failed to fetch dynamically imported module')

let refusals = 0
let loads = 0

beforeEach(() => {
  vi.resetModules()
  loads = 0
  vi.doMock(CHUNK, () => {
    loads += 1
    if (loads <= refusals) throw GONE
    return { tryOn: 'loaded' }
  })
})

afterEach(() => {
  vi.doUnmock(CHUNK)
  vi.resetModules()
})

async function needed(signal = new AbortController().signal) {
  const { needFailures } = await import('../../../src/client/retry/load.ts')
  const time = virtualTime()
  const answer = await time.until(needFailures(time, signal)).catch((error: unknown) => error)
  return { answer, ms: time.monotonicMs() }
}

describe('needFailures', () => {
  it('asks again every two seconds', async () => {
    refusals = 29
    expect(await needed()).toMatchObject({ answer: { tryOn: 'loaded' }, ms: 58_000 })
  })

  it('gives up after a minute', async () => {
    refusals = 30
    const { answer, ms } = await needed()
    expect(answer).toMatchObject({
      code: 'NETWORK_FAILED',
      message: 'the code for failures could not be loaded',
      cause: expect.any(Error),
    })
    expect([loads, ms]).toEqual([30, 58_000])
  })
})

describe('an uploader that is made', () => {
  it.each([0, 1])(
    'loads it before anything fails; %i failures of that harm nothing',
    async (count) => {
      refusals = count
      const { createEngine } = await import('../../../src/client/uploader-options.ts')
      createEngine({ endpoint: 'https://signer.invalid', resumeStore: false })
      await eventually(async () => loads).toBe(1)
    },
  )
})
