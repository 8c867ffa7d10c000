/**
 * One request that fails among others: what it knows of the lines, and what the lines learn of it.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { keepTrying } from '../../../src/client/send/keep-trying.ts'
import { treatLost, treatSending } from '../../../src/client/send/remedies.ts'
import { RetryQueues, type Side } from '../../../src/client/send/retry-queue.ts'
import { requestFailing, times } from './failing-request.ts'

const BROKEN = new UploadError('NETWORK_FAILED', 'the line broke')
const { signal } = new AbortController()

type Request = ReturnType<typeof requestFailing>

/** That side is down: others have failed three times. */
function bringDown({ retryContext }: Request, side: Side): RetryQueues {
  const queues = new RetryQueues(retryContext.effects)
  for (const at of [0, 1, 2]) queues[side].failed(BROKEN, at)
  retryContext.queues = queues
  return queues
}

describe('a request to a side that is down', () => {
  it('waits before its first try, says so, and what it learns is for all', async () => {
    const request = requestFailing([])
    const queues = bringDown(request, 'storage')
    expect(await request.ended()).toBe('done')
    expect(request.triedAt).toEqual([750])
    expect(request.told).toEqual([
      { reason: 'storage', since: new Date(0), error: BROKEN, until: new Date(750) },
      { reason: 'storage', since: new Date(0), error: BROKEN },
      undefined,
    ])
    expect(request.retries).toEqual([])
    expect(queues.storage.trouble).toBeUndefined()
  })

  it('goes on at once when it is back, and waits for nothing then', async () => {
    const request = requestFailing([])
    const queues = bringDown(request, 'storage')
    void request.time.wait(100, signal).then(() => queues.succeeded('storage'))
    expect(await request.ended()).toBe('done')
    expect(request.triedAt).toEqual([100])
    expect(request.told).toEqual([
      { reason: 'storage', since: new Date(0), error: BROKEN, until: new Date(750) },
      ...[undefined, undefined],
    ])
  })

  it('fails as the others do when it has waited as long as it may', async () => {
    const request = requestFailing([], { retryForMs: 500 })
    bringDown(request, 'storage')
    await expect(request.ended()).rejects.toBe(BROKEN)
    expect(request.triedAt).toEqual([])
  })

  it.each([
    ['of the signer', 'signer'],
    ['of the page itself', 'none'],
  ] as const)('is not one %s, where that side is the storage', async (_, side) => {
    const request = requestFailing([], { side })
    const queues = bringDown(request, 'storage')
    expect(await request.ended()).toBe('done')
    expect(request.triedAt).toEqual([0])
    expect(queues.storage.trouble).toBe(BROKEN)
  })

  it('waits once: with its turn it is tried again until it comes through', async () => {
    const request = requestFailing(times(2, 'NETWORK_FAILED'))
    bringDown(request, 'storage')
    await request.ended()
    // Pauses after three, four and five failures, the last one cut at 1.5 s.
    expect(request.triedAt).toEqual([750, 1_875, 3_000])
  })
})

describe('a success', () => {
  it('says that the side is back, and the one that the signer has told of', async () => {
    const request = requestFailing(times(3, 'STORAGE_UNAVAILABLE'), { side: 'signer' })
    const ending = request.ended()
    await ending
    const { queues } = request.retryContext
    expect([queues?.signer.trouble, queues?.storage.trouble]).toEqual([undefined, undefined])
    const other = requestFailing(times(3, 'NETWORK_FAILED'))
    await other.ended()
    expect(other.retryContext.queues?.storage.trouble).toBeUndefined()
  })
})

describe('a failure', () => {
  it('of a try that was made before counts as the first, since that began', async () => {
    const { given, triedAt } = requestFailing([], { retryForMs: 0 })
    await expect(
      keepTrying(given.options, given.attempt, { error: BROKEN, startedAt: 0 }),
    ).rejects.toBe(BROKEN)
    expect(triedAt).toEqual([])
  })

  it('is measured from its first time, whatever the clock says then', async () => {
    const request = requestFailing(times(3, 'CHECKSUM_MISMATCH'), { retryForMs: 1_000 })
    await request.time.until(request.time.wait(5_000, signal))
    expect(await request.ended()).toBe('done')
  })

  it('that is final stands, although the network is away', async () => {
    const request = requestFailing(['STORAGE_REFUSED'], { isOnline: () => false })
    await expect(request.ended()).rejects.toMatchObject({ code: 'STORAGE_REFUSED' })
    expect(request.triedAt).toEqual([30_000])
  })

  it('that is the own one of the request is told with its pause', async () => {
    const request = requestFailing(times(2, 'CHECKSUM_MISMATCH'))
    await request.ended()
    expect(request.retries).toEqual([
      { error: expect.objectContaining({ message: '1' }), delayMs: 125 },
      { error: expect.objectContaining({ message: '2' }), delayMs: 250 },
    ])
  })

  it('needs nobody who is told of it', async () => {
    const codes = ['POLICY_EXPIRED', ...times(2, 'CHECKSUM_MISMATCH'), ...times(3, 'STALLED')]
    const { given, retryContext, time } = requestFailing(
      codes as Parameters<typeof requestFailing>[0],
    )
    const bare = { retryContext, signal, treat: treatSending, side: 'storage' as const }
    expect(await time.until(keepTrying(bare, given.attempt))).toBe('done')
  })

  it('of others needs nobody either who is told that a side is back', async () => {
    const { given, retryContext, time, ...request } = requestFailing([])
    const queues = bringDown({ given, retryContext, time, ...request }, 'storage')
    void time.wait(100, signal).then(() => queues.succeeded('storage'))
    const bare = { retryContext, signal, treat: treatSending, side: 'storage' as const }
    expect(await time.until(keepTrying(bare, given.attempt))).toBe('done')
  })
})

describe('what a request tells of its waiting', () => {
  it('is nothing where a line has failed once, whose pause is short', async () => {
    const request = requestFailing(['NETWORK_FAILED'])
    await request.ended()
    expect(request.told).toEqual([undefined])
  })

  it('is each further pause of the line since the first one, each try, and how the last has failed', async () => {
    const request = requestFailing(times(3, 'NETWORK_FAILED'))
    await request.ended()
    const failed = (tries: number) => ({
      ...{ reason: 'storage', since: new Date(0) },
      error: new UploadError('NETWORK_FAILED', `${tries}`),
    })
    expect(request.told).toEqual([
      ...[{ ...failed(2), until: new Date(562.5) }, failed(2)],
      ...[{ ...failed(3), until: new Date(1312.5) }, failed(3)],
      undefined,
    ])
  })

  it('names the network where that is away, with the next try', async () => {
    const request = requestFailing(times(2, 'CHECKSUM_MISMATCH'), { isOnline: () => false })
    await request.ended()
    const since = new Date(0)
    const offline = { reason: 'offline', since }
    expect(request.told).toEqual([
      ...[offline, offline, offline],
      ...[{ ...offline, until: new Date(60_375) }, offline, offline],
      undefined,
    ])
  })

  it('names the signer for a whole upload, whose object it cannot find', async () => {
    const { given, time, told } = requestFailing(times(2, 'OBJECT_NOT_FOUND'), { side: 'none' })
    const treat = (error: UploadError) => treatLost(error, false)
    await time.until(keepTrying({ ...given.options, treat }, given.attempt))
    expect(told[0]).toMatchObject({ reason: 'signer' })
  })

  it('names the storage for the server of the page, whose failures look the same', async () => {
    const request = requestFailing(times(2, 'NETWORK_FAILED'), { side: 'none' })
    await request.ended()
    expect(request.told[0]).toMatchObject({ reason: 'storage' })
  })
})
