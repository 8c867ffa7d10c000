/**
 * A request whose first try needs no code for failures, and what is then handed to that.
 *
 * @module
 */

import { ONLINE, virtualTime } from '@waybill/test-support/virtual-time'
import { beforeAll, describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { treatSending } from '../../../src/client/error-table.ts'
import { loadFailureChunk } from '../../../src/client/send/load-failure-chunk.ts'
import { retry } from '../../../src/client/send/retry.ts'
import type { RetryContext, RetryOptions } from '../../../src/client/send/retry-options.ts'
import { RetryQueues } from '../../../src/client/send/retry-queue.ts'

const BROKEN = new UploadError('NETWORK_FAILED', 'the line broke')
const REFUSED = new UploadError('STORAGE_REFUSED', 'refused')

// Loading takes no time of a test's clock.
beforeAll(() => loadFailureChunk())

interface Given extends Partial<Pick<RetryOptions, 'side' | 'signal'>> {
  readonly retryForMs?: number
  readonly isOnline?: () => boolean
}

/** A request that throws these one after another, and then succeeds. */
function requestThrowing(
  thrown: readonly unknown[],
  { retryForMs = 60_000, isOnline = () => true, ...given }: Given = {},
) {
  const time = virtualTime()
  const effects = { ...time, online: { ...ONLINE, isOnline } }
  const retryContext: RetryContext = { effects, retryForMs }
  const queues = new RetryQueues(effects)
  const triedAt: number[] = []
  const options = {
    retryContext,
    signal: new AbortController().signal,
    treat: treatSending,
    ...given,
  }
  const request = async () => {
    triedAt.push(time.monotonicMs())
    if (triedAt.length <= thrown.length) throw thrown[triedAt.length - 1]
    return 'done'
  }
  const end = (make = request) => time.until(retry(options, make).catch((error: unknown) => error))
  return { end, triedAt, retryContext, queues, time }
}

describe('retry', () => {
  it('returns the result of a request that succeeds at once', async () => {
    const { end, triedAt, retryContext } = requestThrowing([])
    expect(await end()).toBe('done')
    expect(triedAt).toEqual([0])
    expect(retryContext.queues).toBeUndefined()
  })

  it('gives up at once if a retry would fail again', async () => {
    const { end, triedAt, retryContext } = requestThrowing([REFUSED])
    expect(await end()).toBe(REFUSED)
    expect(triedAt).toEqual([0])
    expect(retryContext.queues).toBeUndefined()
  })

  it('retries passing failures, and counts the first attempt', async () => {
    const { end, triedAt } = requestThrowing([BROKEN, BROKEN], { side: 'storage' })
    expect(await end()).toBe('done')
    expect(triedAt).toEqual([0, 187.5, 562.5])
    const over = requestThrowing([BROKEN], { retryForMs: 0 })
    expect(await over.end()).toBe(BROKEN)
    expect(over.triedAt).toEqual([0])
  })

  it('treats any other exception as a programming error, and keeps it as the cause', async () => {
    const mistake = new TypeError('a mistake of ours')
    const { end, triedAt } = requestThrowing([mistake])
    expect(await end()).toMatchObject({
      code: 'INTERNAL_ERROR',
      message: 'the client failed, not the signer: see cause',
      cause: mistake,
    })
    expect(triedAt).toEqual([0])
  })

  it("ends with its signal's reason, whatever the request has thrown", async () => {
    const stop = new AbortController()
    const reason = new Error('paused')
    const { end } = requestThrowing([], { signal: stop.signal })
    const ended = end(async () => {
      stop.abort(reason)
      throw REFUSED
    })
    expect(await ended).toBe(reason)
  })

  it('waits for the network if it is down before the first attempt', async () => {
    const { end, triedAt } = requestThrowing([], { isOnline: () => false })
    expect(await end()).toBe('done')
    expect(triedAt).toEqual([30_000])
  })

  it('wakes requests that failed during its attempt', async () => {
    const { end, retryContext, queues } = requestThrowing([], { side: 'storage' })
    const woken = await end(async () => {
      retryContext.queues = queues
      for (const at of [0, 1, 2]) queues.storage.failed(BROKEN, at)
      return 'done'
    })
    expect([woken, queues.storage.trouble]).toEqual(['done', undefined])
  })

  it('leaves the retry queues alone if it calls neither signer nor storage', async () => {
    const { end, retryContext, queues } = requestThrowing([])
    await end(async () => {
      retryContext.queues = queues
      for (const at of [0, 1, 2]) queues.storage.failed(BROKEN, at)
      return 'done'
    })
    expect(queues.storage.trouble).toBe(BROKEN)
  })
})
