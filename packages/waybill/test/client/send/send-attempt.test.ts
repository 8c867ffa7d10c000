import { beforeAll, describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { loadFailureHandling } from '../../../src/client/send/load-failure-handling.ts'
import { attemptWith, type ScriptedSend, SIZE, STALL_MS, STORED } from './scripted-attempt.ts'

const BROKEN = new UploadError('NETWORK_FAILED', 'the connection broke')
const BUG = new TypeError('a bug in the client')
const REFUSED = { code: 'STORAGE_REFUSED' }
const FOREIGN = {
  code: 'NETWORK_FAILED',
  message: "the response is not the storage's",
}

const answering = (answer: Partial<typeof STORED>) => async () => ({ ...STORED, ...answer })
const failing = (error: Error) => () => Promise.reject(error)
const refusing = (status: number, code: string) =>
  answering({ status, headers: {}, text: `<Error><Code>${code}</Code></Error>` })

/** A file that can no longer be read. */
function goneFile(): Blob {
  const arrayBuffer = failing(new DOMException('it has changed', 'NotReadableError'))
  const slice = () => Object.assign(new Blob(['a']), { arrayBuffer })
  return Object.assign(new Blob(['a']), { slice })
}

// Loading takes turns of its own, in which no virtual time passes.
beforeAll(() => loadFailureHandling())

describe('sendAttempt', () => {
  it.each<[string, ScriptedSend, object, string, number]>([
    ['status 200', answering({}), STORED, 'succeeded', 3],
    ['status 299', answering({ status: 299 }), { status: 299 }, 'succeeded', 3],
    [
      'a document that mentions HTML',
      answering({ text: '<CompleteResult><Key>a <html> page</Key></CompleteResult>' }),
      { status: 200 },
      'succeeded',
      3,
    ],
    ['status 199', answering({ status: 199 }), REFUSED, 'unused', 3],
    ['status 300', answering({ status: 300 }), REFUSED, 'unused', 3],
    ['a refusal', refusing(403, 'AccessDenied'), REFUSED, 'unused', 3],
    [
      'a request to slow down',
      refusing(503, 'SlowDown'),
      { code: 'STORAGE_UNAVAILABLE' },
      'slow-down',
      1,
    ],
    ['a page', answering({ text: '<!DOCTYPE html><p>Welcome' }), FOREIGN, 'failed', 2],
    ['an untidy page', answering({ text: ' \n<HTML><p>Welcome' }), FOREIGN, 'failed', 2],
    ['a broken connection', failing(BROKEN), BROKEN, 'failed', 2],
    ['a bug in the client', failing(BUG), BUG, 'unused', 3],
  ])(
    'returns %s and reports to the connection budget how it ended',
    async (_, send, ending, outcome, connections) => {
      const { end, outcomes, budget, attempts, leftovers } = attemptWith(send)
      expect(await end()).toMatchObject(ending)
      expect(outcomes).toEqual([outcome])
      expect(budget.limit).toBe(connections)
      expect(attempts.stalls).toBe(0)
      expect(leftovers()).toEqual([])
    },
  )

  it.each<[string, ScriptedSend, string]>([
    ['cannot be read when the connection breaks', failing(BROKEN), 'FILE_UNREADABLE'],
    ['is not read when the storage refuses', refusing(403, 'AccessDenied'), 'STORAGE_REFUSED'],
  ])('does not blame the connection if the file %s', async (_, send, code) => {
    const { end, budget } = attemptWith(send, { file: goneFile() })
    expect(await end()).toMatchObject({ code })
    expect(budget.limit).toBe(3)
  })

  it('does not blame the connection for the failure of an aborted upload', async () => {
    const { end, stop, budget } = attemptWith(async () => {
      stop.abort(new Error('given up'))
      throw BROKEN
    })
    expect(await end()).toBe(BROKEN)
    expect(budget.limit).toBe(3)
  })

  it('ends with its upload while waiting for a connection, and releases none', async () => {
    const { stop, end, outcomes } = attemptWith(async () => STORED, { isBusy: true })
    stop.abort(new Error('given up'))
    expect(await end()).toMatchObject({ message: 'given up' })
    expect(outcomes).toEqual([])
  })

  it('reports when it is ready, when bytes move and when it is over', async () => {
    const told: unknown[] = []
    const flight = {
      setReady: (isReady: boolean) => told.push(isReady ? 'ready' : 'not ready'),
      moved: () => told.push('moved'),
      stalled: () => told.push('stalled'),
      over: () => told.push('over'),
    }
    const { end, sent } = attemptWith(
      async ({ onSent, signal }, wait) => {
        told.push('sending')
        await wait(999, signal)
        onSent(1_000)
        await wait(1, signal)
        for (const bytes of [2_000, 2_000, SIZE]) onSent(bytes)
        return STORED
      },
      { flight },
    )
    await end()
    expect(told).toEqual(['not ready', 'ready', 'sending', 'moved', 'moved', 'over'])
    // What left in the first second may only have filled buffers.
    expect(sent).toEqual([
      { sent: 1_000, confirmed: 0 },
      { sent: 2_000, confirmed: 0 },
      { sent: 2_000, confirmed: 0 },
      { sent: SIZE, confirmed: SIZE - 2_000 },
      { sent: SIZE, confirmed: SIZE },
    ])
  })
})

/** Bytes leave at these times after each other; then nothing happens until the signal fires. */
async function endOf(
  steps: readonly { readonly afterMs: number; readonly sent: number }[],
  given?: Parameters<typeof attemptWith>[1],
) {
  const attempt = attemptWith(sending(steps), given)
  const failure = await attempt.end()
  return { ...attempt, failure, atMs: attempt.time.monotonicMs() }
}

function sending(steps: Parameters<typeof endOf>[0]): ScriptedSend {
  return async ({ signal, onSent }, wait) => {
    for (const { afterMs, sent } of steps) {
      await wait(afterMs, signal)
      onSent(sent)
    }
    await wait(1e9, signal)
    return STORED
  }
}

describe('a stalled attempt', () => {
  it('is abandoned after the stall time and costs a connection', async () => {
    const { failure, atMs, attempts, budget, outcomes, leftovers } = await endOf([])
    expect(failure).toMatchObject({ code: 'STALLED', message: `no byte moved for ${STALL_MS} ms` })
    expect(atMs).toBe(STALL_MS)
    expect(attempts.stalls).toBe(1)
    expect([outcomes, budget.limit]).toEqual([['failed'], 2])
    expect(leftovers()).toEqual([])
  })

  it.each([
    ['after two earlier stalls', [], { stalls: 2 }, 4 * STALL_MS],
    [
      'if a byte moved in each of the first two periods',
      [15_000, 15_000].map((afterMs, index) => ({ afterMs, sent: index + 1 })),
      {},
      3 * STALL_MS,
    ],
    ['if all bytes have left', [{ afterMs: 5_000, sent: SIZE }], {}, 2 * 2 * STALL_MS],
    ['if one byte is missing', [{ afterMs: 5_000, sent: SIZE - 1 }], {}, 2 * STALL_MS],
    // 8192 bytes at 4096 a second.
    ['if the platform does not show bytes', [], { seesBytes: false }, 2_000 + STALL_MS],
  ])('is abandoned later %s', async (_, steps, given, expectedMs) => {
    const { atMs, attempts } = await endOf(steps, given)
    expect(atMs).toBe(expectedMs)
    expect(attempts.stalls).toBe(1 + ('stalls' in given ? given.stalls : 0))
  })

  const stalled = (atMs: number) => ({ reason: 'stalled', atMs })
  const moving = (atMs: number) => ({ reason: undefined, atMs })

  it.each([
    ['at once if nothing has left', [], {}, [stalled(5_000)]],
    [
      'each time, until bytes move again',
      [
        { afterMs: 1_000, sent: 1000 },
        { afterMs: 4_999, sent: 2000 },
        { afterMs: 7_000, sent: 3000 },
        { afterMs: 6_000, sent: 4000 },
      ],
      {},
      [stalled(10_999), moving(12_999), stalled(17_999), moving(18_999), stalled(23_999)],
    ],
    [
      // 2000 in a buffer after a second, then 1000 a second.
      'once buffers have had time to empty',
      [
        { afterMs: 1_000, sent: 2000 },
        { afterMs: 6_192, sent: SIZE },
      ],
      {},
      [stalled(6_000), moving(7_192), stalled(7_192 + 5_000 + 2_000)],
    ],
    [
      // 8192 bytes at 128 KiB a second.
      'once a slow connection would have sent a small file',
      [{ afterMs: 100, sent: SIZE }],
      {},
      [stalled(100 + 63 + 5_000)],
    ],
    [
      'later if the platform does not show bytes',
      [],
      { seesBytes: false },
      [stalled(2_000 + 5_000)],
    ],
  ])('is reported after five seconds: %s', async (_, steps, given, waited) => {
    expect((await endOf(steps, given)).waited).toEqual(waited)
  })

  it('is reported only if no other upload makes progress either', async () => {
    const attempt = attemptWith(sending([]))
    const { time, budget } = attempt
    const other = async () => {
      for (let count = 0; count < 4; count += 1) {
        await time.wait(3_000, new AbortController().signal)
        budget.moved(1000)
      }
    }
    await time.until(other())
    expect(attempt.waited).toEqual([])
    await attempt.end()
    expect(attempt.waited).toEqual([stalled(12_000 + 5_000)])
  })
})
