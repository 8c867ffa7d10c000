/**
 * What becomes of one request that fails, under a clock of the test.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { requestFailing, times } from './failing-request.ts'

const BROKEN = new UploadError('NETWORK_FAILED', 'the line broke')

describe('keepTrying', () => {
  it('waits once where the platform says wrongly that there is no network', async () => {
    const tellOnline: (() => void)[] = []
    const { ended, triedAt } = requestFailing([], {
      isOnline: () => false,
      whenOnline: () => new Promise((resolve) => tellOnline.push(resolve)),
    })
    await ended()
    await ended()
    expect(triedAt).toEqual([30_000, 30_000])
    // Once it has said that there is one, it is believed again.
    for (const tell of tellOnline) tell()
    await new Promise((resolve) => setImmediate(resolve))
    await ended()
    expect(triedAt.at(-1)).toBe(60_000)
  })

  it('returns the answer of the first attempt that succeeds, after pauses that grow', async () => {
    const { ended, triedAt, retries } = requestFailing(times(3, 'NETWORK_FAILED'))
    expect(await ended()).toBe('done')
    expect(triedAt).toEqual([0, 187.5, 562.5, 1312.5])
    expect(retries.map(({ delayMs }) => delayMs)).toEqual([187.5, 375, 750])
    expect(retries.map(({ error }) => error.message)).toEqual(['1', '2', '3'])
  })

  it('gives up with the last failure when it has lasted as long as it may', async () => {
    const { ended, time } = requestFailing(times(999, 'NETWORK_FAILED'), { retryForMs: 10_000 })
    await expect(ended()).rejects.toMatchObject({ code: 'NETWORK_FAILED' })
    expect(time.monotonicMs()).toBeGreaterThanOrEqual(10_000)
    expect(time.monotonicMs()).toBeLessThan(12_000)
  })

  it('gives up what fails by itself when it has lasted as long as it may', async () => {
    const failures = times(2, 'CHECKSUM_MISMATCH')
    const over = requestFailing(failures, { retryForMs: 125 })
    await expect(over.ended()).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH', message: '2' })
    expect(await requestFailing(failures, { retryForMs: 126 }).ended()).toBe('done')
  })

  it('gives up at once what is not to be tried again', async () => {
    const { ended, triedAt, told } = requestFailing(['STORAGE_REFUSED'])
    await expect(ended()).rejects.toMatchObject({ code: 'STORAGE_REFUSED' })
    expect(triedAt).toEqual([0])
    expect(told).toEqual([undefined])
  })

  it('counts each kind of failure on its own', async () => {
    const { ended } = requestFailing([
      ...times(4, 'CHECKSUM_MISMATCH'),
      ...times(4, 'POLICY_EXPIRED'),
      ...times(4, 'NETWORK_FAILED'),
    ])
    expect(await ended()).toBe('done')
    const five = requestFailing([...times(5, 'CHECKSUM_MISMATCH')])
    await expect(five.ended()).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH', message: '5' })
  })

  it('asks for another signature where the old one does not work, and only there', async () => {
    const { ended, signed } = requestFailing(['POLICY_EXPIRED', 'NETWORK_FAILED', 'CLOCK_SKEWED'])
    await ended()
    expect(signed()).toBe(2)
  })

  it('waits in line for as many turns as there are, and calls that no trouble', async () => {
    const { ended, triedAt, told } = requestFailing(times(99, 'TOO_MANY_UPLOADS'), {
      side: 'signer',
      retryForMs: 1,
    })
    expect(await ended()).toBe('done')
    expect(triedAt).toHaveLength(100)
    expect(triedAt.at(-1)).toBe(99 * 125)
    expect(told).toEqual([undefined])
    const more = requestFailing(times(100, 'TOO_MANY_UPLOADS'), { side: 'signer' })
    await expect(more.ended()).rejects.toMatchObject({ code: 'TOO_MANY_UPLOADS', message: '100' })
  })

  it('ends with the signal, in a pause too', async () => {
    const { ended, stop, triedAt } = requestFailing(times(9, 'CHECKSUM_MISMATCH'))
    const ending = ended()
    await new Promise((resolve) => setImmediate(resolve))
    stop.abort(new Error('given up'))
    await expect(ending).rejects.toThrow('given up')
    expect(triedAt.length).toBeLessThan(9)
  })
})

describe('what keepTrying tells of its waiting', () => {
  const since = new Date(0)

  it('is nothing of a first pause below a second', async () => {
    const { ended, told } = requestFailing(['CHECKSUM_MISMATCH'])
    await ended()
    expect(told).toEqual([undefined])
  })

  it('is the second pause, how long it takes, and that a try is made', async () => {
    const { ended, told } = requestFailing(times(2, 'CHECKSUM_MISMATCH'))
    await ended()
    // From the first failure that is told of, at 125 ms.
    const from = new Date(125)
    const error = new UploadError('CHECKSUM_MISMATCH', '2')
    expect(told).toEqual([
      { reason: 'storage', since: from, error, until: new Date(375) },
      { reason: 'storage', since: from, error },
      undefined,
    ])
  })

  it.each([
    ['storage', 'NETWORK_FAILED', 'storage'],
    ['signer', 'STORAGE_UNAVAILABLE', 'storage'],
    ['signer', 'SIGNER_UNAVAILABLE', 'signer'],
    ['signer', 'INTERNAL_ERROR', 'signer'],
  ] as const)(
    'names, for a request to the %s that fails with %s, the %s',
    async (side, code, reason) => {
      const { ended, told } = requestFailing(times(2, code), { side })
      await ended()
      expect(told[0]).toMatchObject({ reason })
    },
  )

  it('is that the network is away, until it comes back', async () => {
    let isOnline = false
    const back = Promise.withResolvers<void>()
    const { ended, told, triedAt, time } = requestFailing([], {
      isOnline: () => isOnline,
      whenOnline: () => back.promise,
    })
    time.wait(7_000, new AbortController().signal).then(() => {
      isOnline = true
      back.resolve()
    })
    await ended()
    expect(triedAt).toEqual([7_000])
    expect(told).toEqual([{ reason: 'offline', since }, undefined])
  })

  it('is believed for half a minute: then it tries all the same', async () => {
    const { ended, triedAt } = requestFailing([], { isOnline: () => false })
    await ended()
    expect(triedAt).toEqual([30_000])
  })
})

describe('a request that has failed three times', () => {
  it.each([
    ['storage', 'NETWORK_FAILED', true],
    ['storage', 'STALLED', true],
    ['storage', 'STORAGE_UNAVAILABLE', true],
    ['signer', 'SIGNER_UNAVAILABLE', true],
    ['storage', 'CHECKSUM_MISMATCH', false],
    ['signer', 'INTERNAL_ERROR', false],
  ] as const)('shows that the %s is down where that was %s: %j', async (side, code, isDown) => {
    const troubles: unknown[] = []
    const { ended, retryContext } = requestFailing(times(3, code), {
      ...{ side, onTry: () => troubles.push(retryContext.queues?.[side].trouble?.code) },
    })
    await ended()
    expect(troubles.at(-1)).toBe(isDown ? code : undefined)
  })
})

describe('a request that fails where others succeed', () => {
  it('pauses on its own, and with the others again once nothing comes through', async () => {
    const { signal } = new AbortController()
    const request = requestFailing(times(3, 'NETWORK_FAILED'), {
      onTry: (tries) => void othersAfter(tries),
    })
    const { ended, retryContext, time, triedAt } = request
    /** What becomes of the others' requests 10 ms later. */
    async function othersAfter(tries: number): Promise<void> {
      await time.wait(10, signal)
      if (tries === 2) for (const at of [20, 21]) retryContext.queues?.storage.failed(BROKEN, at)
      else retryContext.queues?.succeeded('storage')
    }
    expect(await ended()).toBe('done')
    expect(triedAt).toEqual([0, 10, 135, 145])
  })
})

describe('a failure while the network is away', () => {
  it('says nothing of the request: it does not count', async () => {
    const { ended, retryContext } = requestFailing(times(9, 'CHECKSUM_MISMATCH'), {
      isOnline: () => false,
      retryForMs: 1,
    })
    expect(await ended()).toBe('done')
    expect(retryContext.queues?.storage.trouble).toBeUndefined()
  })
})

describe('a request to the server of the page itself', () => {
  it('fails without a word of storage or signer', async () => {
    const { ended, retryContext, triedAt } = requestFailing(times(4, 'NETWORK_FAILED'), {
      side: 'none',
    })
    await ended()
    expect(retryContext.queues?.storage.trouble).toBeUndefined()
    expect(triedAt).toHaveLength(5)
  })
})
