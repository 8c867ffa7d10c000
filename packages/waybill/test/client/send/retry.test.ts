import { settle } from '@waybill/test-support/eventually'
import { ONLINE, virtualTime } from '@waybill/test-support/virtual-time'
import { beforeAll, describe, expect, it } from 'vitest'
import { UploadError, type UploadErrorCode } from 'waybill'
import type { Effects, UploadEvents } from 'waybill/client'
import {
  type Side,
  treatCalling,
  treatLost,
  treatSending,
} from '../../../src/client/error-table.ts'
import type { RetryContext, RetryOptions } from '../../../src/client/send/failed-request.ts'
import { loadFailureHandling } from '../../../src/client/send/load-failure-handling.ts'
import { OutageQueues } from '../../../src/client/send/outage-queue.ts'
import { retry } from '../../../src/client/send/retry.ts'
import type { Waits } from '../../../src/client/send/waiting.ts'

const BROKEN = new UploadError('NETWORK_FAILED', 'the connection broke')
const SINCE = new Date(0)
const { signal } = new AbortController()

// Loading takes no time of a test's clock.
beforeAll(() => loadFailureHandling())

interface Given {
  readonly retryForMs?: number
  readonly side?: RetryOptions['side'] | 'none'
  readonly isOnline?: () => boolean
  readonly whenOnline?: Effects['online']['whenOnline']
  /** @param tries - How often it has been tried, this time included. */
  readonly onTry?: (tries: number) => void
}

/** A request that fails with these codes, one after another, and then succeeds. */
function requestFailing(
  codes: readonly UploadErrorCode[],
  { retryForMs = 60_000, side = 'storage', onTry, ...network }: Given = {},
) {
  const time = virtualTime()
  const effects = { ...time, online: { ...ONLINE, ...network } }
  const retryContext: RetryContext = { effects, retryForMs }
  const triedAt: number[] = []
  const retries: UploadEvents['retry'][] = []
  const told: unknown[] = []
  let signed = 0
  const stop = new AbortController()
  const waits = {
    set: (_: object, waiting: unknown) => told.push(waiting),
    clear: () => told.push(undefined),
  } as unknown as Waits // what trials use of it
  const options: RetryOptions = {
    ...{
      retryContext,
      signal: stop.signal,
      treat: side === 'signer' ? treatCalling : treatSending,
    },
    ...(side === 'none' ? {} : { side }),
    reSign: () => {
      signed += 1
    },
    onRetry: (event) => retries.push(event),
    waits,
  }
  const request = async () => {
    const code = codes[triedAt.length]
    triedAt.push(time.monotonicMs())
    onTry?.(triedAt.length)
    if (code) throw new UploadError(code, `${triedAt.length}`)
    return 'done'
  }
  const ended = () => time.until(retry(options, request))
  const given = { options, request }
  return { ended, triedAt, retries, told, stop, time, retryContext, given, signed: () => signed }
}

const times = (count: number, code: UploadErrorCode) => Array.from({ length: count }, () => code)

describe('the first attempt', () => {
  it('needs no code for failures if it succeeds or would fail again', async () => {
    const { ended, triedAt, retryContext } = requestFailing([])
    expect(await ended()).toBe('done')
    const refused = requestFailing(['STORAGE_REFUSED'])
    await expect(refused.ended()).rejects.toMatchObject({ code: 'STORAGE_REFUSED' })
    expect([triedAt, refused.triedAt]).toEqual([[0], [0]])
    expect([retryContext.queues, refused.retryContext.queues]).toEqual([undefined, undefined])
  })

  it('treats any other exception as a programming error, and keeps it as the cause', async () => {
    const { given, triedAt } = requestFailing([])
    const cause = new TypeError('a mistake of ours')
    await expect(retry(given.options, () => Promise.reject(cause))).rejects.toMatchObject({
      code: 'INTERNAL_ERROR',
      message: 'the client failed, not the signer: see cause',
      cause,
    })
    expect(triedAt).toEqual([])
  })

  it("ends with its signal's reason, whatever the request has thrown", async () => {
    const { given, stop } = requestFailing([])
    const reason = new Error('paused')
    const ended = retry(given.options, async () => {
      stop.abort(reason)
      throw BROKEN
    })
    await expect(ended).rejects.toBe(reason)
  })

  it.each([
    ['wakes requests that failed during its attempt', 'storage', undefined],
    ['leaves the queues alone if it calls neither signer nor storage', 'none', BROKEN],
  ] as const)('%s', async (_, side, trouble) => {
    const request = requestFailing([], { side, onTry: () => void bringDown(request, 'storage') })
    expect(await request.ended()).toBe('done')
    expect(request.retryContext.queues?.storage.trouble).toBe(trouble)
  })
})

describe('retry', () => {
  it("returns the first successful attempt's result, after growing pauses", async () => {
    const { ended, triedAt, retries } = requestFailing(times(3, 'NETWORK_FAILED'))
    expect(await ended()).toBe('done')
    expect(triedAt).toEqual([0, 187.5, 562.5, 1312.5])
    expect(retries.map(({ delayMs }) => delayMs)).toEqual([187.5, 375, 750])
    expect(retries.map(({ error }) => error.message)).toEqual(['1', '2', '3'])
  })

  it('reports each retry of a failure that affects only this request', async () => {
    const { ended, retries } = requestFailing(times(2, 'CHECKSUM_MISMATCH'))
    await ended()
    expect(retries).toEqual([
      { error: expect.objectContaining({ message: '1' }), delayMs: 125 },
      { error: expect.objectContaining({ message: '2' }), delayMs: 250 },
    ])
  })

  it('gives up with the last failure after retryForMs', async () => {
    const { ended, time } = requestFailing(times(999, 'NETWORK_FAILED'), { retryForMs: 10_000 })
    await expect(ended()).rejects.toMatchObject({ code: 'NETWORK_FAILED' })
    expect(time.monotonicMs()).toBeGreaterThanOrEqual(10_000)
    expect(time.monotonicMs()).toBeLessThan(12_000)
    const failures = times(2, 'CHECKSUM_MISMATCH')
    const over = requestFailing(failures, { retryForMs: 125 })
    await expect(over.ended()).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH', message: '2' })
    const atOnce = requestFailing(failures, { retryForMs: 0 })
    await expect(atOnce.ended()).rejects.toMatchObject({ message: '1' })
    // Measured from the first failure, whatever the clock says then.
    const late = requestFailing(failures, { retryForMs: 126 })
    await late.time.until(late.time.wait(5_000, signal))
    expect(await late.ended()).toBe('done')
  })

  it('counts each kind of failure separately', async () => {
    const codes = ['CHECKSUM_MISMATCH', 'POLICY_EXPIRED', 'NETWORK_FAILED'] as const
    const { ended } = requestFailing(codes.flatMap((code) => times(4, code)))
    expect(await ended()).toBe('done')
    const five = requestFailing(times(5, 'CHECKSUM_MISMATCH'))
    await expect(five.ended()).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH', message: '5' })
  })

  it('requests a new signature only if the old one was rejected', async () => {
    const { ended, signed } = requestFailing(['POLICY_EXPIRED', 'NETWORK_FAILED', 'CLOCK_SKEWED'])
    await ended()
    expect(signed()).toBe(2)
  })

  it('waits for up to 100 turns, without reporting it', async () => {
    const options = { side: 'signer', retryForMs: 1 } as const
    const { ended, triedAt, told } = requestFailing(times(99, 'TOO_MANY_UPLOADS'), options)
    expect(await ended()).toBe('done')
    expect(triedAt).toHaveLength(100)
    expect(triedAt.at(-1)).toBe(99 * 125)
    expect(told).toEqual([undefined])
    const more = requestFailing(times(100, 'TOO_MANY_UPLOADS'), options)
    await expect(more.ended()).rejects.toMatchObject({ code: 'TOO_MANY_UPLOADS', message: '100' })
  })

  it('ends with the signal, even during a pause', async () => {
    const { ended, stop, triedAt } = requestFailing(times(9, 'CHECKSUM_MISMATCH'))
    const ending = ended()
    await settle()
    stop.abort(new Error('given up'))
    await expect(ending).rejects.toThrow('given up')
    expect(triedAt.length).toBeLessThan(9)
  })

  it('works without listeners', async () => {
    const codes: UploadErrorCode[] = ['POLICY_EXPIRED', 'CHECKSUM_MISMATCH', 'CHECKSUM_MISMATCH']
    const request = requestFailing([...codes, ...times(3, 'STALLED')])
    const { given, retryContext, time } = request
    const bare = { retryContext, signal, treat: treatSending, side: 'storage' as const }
    expect(await time.until(retry(bare, given.request))).toBe('done')
    const queues = bringDown(request, 'storage')
    void time.wait(100, signal).then(() => queues.succeeded('storage'))
    expect(await time.until(retry(bare, given.request))).toBe('done')
  })
})

describe('retry without a network', () => {
  const isOnline = () => false

  it('tries after half a minute, and does not wait again once that has worked', async () => {
    const tellOnline: (() => void)[] = []
    const whenOnline = () => new Promise<void>((resolve) => tellOnline.push(resolve))
    const { ended, triedAt } = requestFailing([], { isOnline, whenOnline })
    await ended()
    await ended()
    expect(triedAt).toEqual([30_000, 30_000])
    // Once the platform has reported a network, it is believed again.
    for (const tell of tellOnline) tell()
    await settle()
    await ended()
    expect(triedAt.at(-1)).toBe(60_000)
  })

  it('continues as soon as the network is back', async () => {
    let isBack = false
    const back = Promise.withResolvers<void>()
    const { ended, told, triedAt, time } = requestFailing([], {
      isOnline: () => isBack,
      whenOnline: () => back.promise,
    })
    void time.wait(7_000, signal).then(() => {
      isBack = true
      back.resolve()
    })
    await ended()
    expect(triedAt).toEqual([7_000])
    expect(told).toEqual([{ reason: 'offline', since: SINCE }, undefined])
  })

  it('trusts the network state again if it came back during the attempt', async () => {
    let isBack = false
    const { ended, retryContext } = requestFailing([], {
      isOnline: () => isBack,
      onTry: () => {
        isBack = true
      },
    })
    await ended()
    isBack = false
    expect(retryContext.queues?.isOnline).toBe(false)
  })

  it('reports the outage, with the time of the next attempt', async () => {
    const { ended, told } = requestFailing(times(2, 'CHECKSUM_MISMATCH'), { isOnline })
    await ended()
    const offline = { reason: 'offline', since: SINCE }
    expect(told).toEqual([
      ...[offline, offline, offline],
      ...[{ ...offline, until: new Date(60_375) }, offline, offline],
      undefined,
    ])
  })

  it('does not count failures, unless they are final', async () => {
    const request = requestFailing(times(9, 'CHECKSUM_MISMATCH'), { isOnline, retryForMs: 1 })
    expect(await request.ended()).toBe('done')
    expect(request.retryContext.queues?.storage.trouble).toBeUndefined()
    const final = requestFailing(['STORAGE_REFUSED'], { isOnline })
    await expect(final.ended()).rejects.toMatchObject({ code: 'STORAGE_REFUSED' })
    expect(final.triedAt).toEqual([30_000])
  })
})

describe('the waiting that retry reports', () => {
  const failed = (code: UploadErrorCode, tries: number, sinceMs = 0) => ({
    ...{ reason: 'storage', since: new Date(sinceMs) },
    error: new UploadError(code, `${tries}`),
  })

  it.each<[string, UploadErrorCode[], object[]]>([
    ['is nothing for a first short pause of its own', ['CHECKSUM_MISMATCH'], []],
    ['is nothing for a first short pause of all', ['NETWORK_FAILED'], []],
    [
      'is the second pause and the attempt after it',
      times(2, 'CHECKSUM_MISMATCH'),
      [
        { ...failed('CHECKSUM_MISMATCH', 2, 125), until: new Date(375) },
        failed('CHECKSUM_MISMATCH', 2, 125),
      ],
    ],
    [
      'is each further pause of all and the attempt after it',
      times(3, 'NETWORK_FAILED'),
      [
        { ...failed('NETWORK_FAILED', 2), until: new Date(562.5) },
        failed('NETWORK_FAILED', 2),
        { ...failed('NETWORK_FAILED', 3), until: new Date(1312.5) },
        failed('NETWORK_FAILED', 3),
      ],
    ],
  ])('%s', async (_, codes, told) => {
    const request = requestFailing(codes)
    await request.ended()
    expect(request.told).toEqual([...told, undefined])
  })

  it.each([
    ['storage', 'NETWORK_FAILED', 'storage'],
    ['signer', 'STORAGE_UNAVAILABLE', 'storage'],
    ['signer', 'SIGNER_UNAVAILABLE', 'signer'],
    ['signer', 'INTERNAL_ERROR', 'signer'],
    // The page's own server, whose failures look the same.
    ['none', 'NETWORK_FAILED', 'storage'],
  ] as const)('includes, if the %s fails with %s, the %s', async (side, code, reason) => {
    const { ended, told } = requestFailing(times(2, code), { side })
    await ended()
    expect(told[0]).toMatchObject({ reason })
  })

  it("is for the signer if an upload's object cannot be found", async () => {
    const { given, time, told } = requestFailing(times(2, 'OBJECT_NOT_FOUND'), { side: 'none' })
    const treat = (error: UploadError) => treatLost(error, false)
    await time.until(retry({ ...given.options, treat }, given.request))
    expect(told[0]).toMatchObject({ reason: 'signer' })
  })
})

/** Other requests have failed three times. */
function bringDown({ retryContext }: ReturnType<typeof requestFailing>, side: Side): OutageQueues {
  const queues = new OutageQueues(retryContext.effects)
  for (const at of [0, 1, 2]) queues[side].failed(BROKEN, at)
  retryContext.queues = queues
  return queues
}

describe('a request while the storage is down', () => {
  const waiting = { reason: 'storage', since: SINCE, error: BROKEN }

  it('waits before its first attempt, reports that, and its success counts for all', async () => {
    const request = requestFailing([])
    const queues = bringDown(request, 'storage')
    expect(await request.ended()).toBe('done')
    expect(request.triedAt).toEqual([750])
    expect(request.told).toEqual([{ ...waiting, until: new Date(750) }, waiting, undefined])
    expect(request.retries).toEqual([])
    expect(queues.storage.trouble).toBeUndefined()
  })

  it('continues as soon as it is back', async () => {
    const request = requestFailing([])
    const queues = bringDown(request, 'storage')
    void request.time.wait(100, signal).then(() => queues.succeeded('storage'))
    expect(await request.ended()).toBe('done')
    expect(request.triedAt).toEqual([100])
    expect(request.told).toEqual([{ ...waiting, until: new Date(750) }, undefined, undefined])
  })

  it('fails like the others after waiting for retryForMs', async () => {
    const request = requestFailing([], { retryForMs: 500 })
    bringDown(request, 'storage')
    await expect(request.ended()).rejects.toBe(BROKEN)
    expect(request.triedAt).toEqual([])
  })

  it('waits once: after its turn it is retried until it succeeds', async () => {
    const request = requestFailing(times(2, 'NETWORK_FAILED'))
    bringDown(request, 'storage')
    await request.ended()
    // Pauses after three, four and five failures, the last one cut at 1.5 s.
    expect(request.triedAt).toEqual([750, 1_875, 3_000])
  })

  it.each(['signer', 'none'] as const)(
    'does not wait if it goes to the other server: %s',
    async (side) => {
      const request = requestFailing([], { side })
      const queues = bringDown(request, 'storage')
      expect(await request.ended()).toBe('done')
      expect(request.triedAt).toEqual([0])
      expect(queues.storage.trouble).toBe(BROKEN)
    },
  )
})

describe('three failures of one request', () => {
  it.each([
    ['storage', 'NETWORK_FAILED', 'storage'],
    ['storage', 'STALLED', 'storage'],
    ['storage', 'STORAGE_UNAVAILABLE', 'storage'],
    ['signer', 'SIGNER_UNAVAILABLE', 'signer'],
    ['signer', 'STORAGE_UNAVAILABLE', 'storage'],
    ['storage', 'CHECKSUM_MISMATCH', undefined],
    ['signer', 'INTERNAL_ERROR', undefined],
    ['none', 'NETWORK_FAILED', undefined],
  ] as const)('to the %s with %s show that it is down: %s', async (side, code, down) => {
    const troubles: unknown[] = []
    const { ended, retryContext } = requestFailing(times(3, code), {
      side,
      onTry: () => {
        const { signer, storage } = retryContext.queues ?? {}
        troubles.push({ signer: signer?.trouble?.code, storage: storage?.trouble?.code })
      },
    })
    await ended()
    expect(troubles.at(-1)).toEqual(down ? { [down]: code } : {})
    // Its success shows that it is back.
    const { queues } = retryContext
    expect([queues?.signer.trouble, queues?.storage.trouble]).toEqual([undefined, undefined])
  })
})

describe('a request that fails while others succeed', () => {
  it('pauses alone, and together with the others once nothing gets through', async () => {
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
