/**
 * The code for failures is a chunk of its own, loaded from the page's server. Here that server does
 * not give it.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { withheldChunk } from '../withheld-chunk.ts'

const chunk = withheldChunk('retry/failures.ts', { tryOn: 'loaded' })

async function needed(signal = new AbortController().signal) {
  const { needFailures } = await import('../../../src/client/send/load.ts')
  const time = virtualTime()
  const answer = await time.until(needFailures(time, signal)).catch((error: unknown) => error)
  return { answer, ms: time.monotonicMs() }
}

describe('needFailures', () => {
  it('asks again every two seconds', async () => {
    chunk.refusals = 29
    expect(await needed()).toMatchObject({ answer: { tryOn: 'loaded' }, ms: 58_000 })
  })

  it('gives up after a minute', async () => {
    chunk.refusals = 30
    const { answer, ms } = await needed()
    expect(answer).toMatchObject({
      code: 'NETWORK_FAILED',
      message: 'the code for failures could not be loaded',
      cause: expect.any(Error),
    })
    expect([chunk.loads, ms]).toEqual([30, 58_000])
  })
})

describe('an uploader that is made', () => {
  it.each([0, 1])(
    'loads it before anything fails; %i failures of that harm nothing',
    async (count) => {
      chunk.refusals = count
      const { createEngine } = await import('../../../src/client/uploader-options.ts')
      createEngine({ endpoint: 'https://signer.invalid', resumeStore: false })
      await eventually(async () => chunk.loads).toBe(1)
    },
  )
})
