import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it, vi } from 'vitest'
import type { Upload, UploadItem, UploadState } from 'waybill/client'
import { TotalRate } from '../../../src/client/list/total-rate.ts'
import { ProgressMeter } from '../../../src/client/upload/progress.ts'

const MIB = 1024 ** 2
const SIZE = 40 * MIB

/** An upload of 40 MiB whose confirmed bytes are the test's. */
function uploading() {
  const upload = {
    state: 'uploading',
    progress: { sent: 0, stored: 0, total: SIZE, fraction: 0 },
  }
  // The meter reads its state and its progress alone.
  const handle = upload as unknown as Upload
  const is = (state: UploadState, sent = upload.progress.sent, stored = sent): Upload => {
    upload.state = state
    upload.progress = { sent, stored, total: SIZE, fraction: 0 }
    return handle
  }
  /** Also where a request failed, so that less is confirmed than has left. */
  const at = (confirmed: number): Upload => {
    const rate = { bytesPerSecond: MIB, remainingSeconds: (SIZE - confirmed) / MIB }
    upload.progress = { sent: confirmed, stored: 0, total: SIZE, fraction: 0, ...rate }
    return handle
  }
  const row = (state = upload.state): UploadItem =>
    ({ ...itemIn(state), progress: upload.progress, upload: handle }) as UploadItem
  return { is, at, row }
}

type Running = ReturnType<typeof uploading>

function itemIn(state: string) {
  const progress = { sent: 0, stored: 0, total: SIZE, fraction: 0 }
  const shown = { id: '1', name: 'a', type: 'a/b', previewUrl: undefined, size: SIZE }
  return { ...shown, state, progress } as UploadItem
}

function startMeter() {
  const { until, ...time } = virtualTime()
  const onSilence = vi.fn()
  const bytes = new ProgressMeter(Number.MAX_SAFE_INTEGER, time)
  const meter = new TotalRate(bytes, time.monotonicMs, onSilence)
  const pass = (ms: number) => until(time.wait(ms, new AbortController().signal))
  const rate = () => meter.rateOf([])
  const begin = (): Running => {
    const one = uploading()
    meter.note(one.is('uploading'))
    return one
  }
  /** Confirms one MiB more in each second. */
  const send = async (one: Running, fromMib: number, toMib: number) => {
    for (let mib = fromMib + 1; mib <= toMib; mib += 1) {
      await pass(1000)
      meter.note(one.at(mib * MIB))
    }
  }
  return { meter, pass, rate, onSilence, begin, send }
}

describe('TotalRate', () => {
  it('has no rate before bytes have been confirmed for a while', async () => {
    const { meter, pass, rate, begin } = startMeter()
    const { is, at } = begin()
    await pass(1000)
    // They have left, which says nothing.
    meter.note(is('uploading', 5 * MIB))
    expect(rate()).toStrictEqual({})
    // How long the first took is not known.
    meter.note(at(1 * MIB))
    expect(rate()).toStrictEqual({})
  })

  it('adds up the bytes that each upload confirms', async () => {
    const { meter, pass, rate, begin } = startMeter()
    const [one, other] = [begin(), begin()]
    for (let second = 1; second <= 4; second += 1) {
      await pass(1000)
      meter.note(one.at(second * MIB))
      meter.note(other.at(2 * second * MIB))
    }
    expect(rate().bytesPerSecond).toBeCloseTo(3 * MIB, -5)
  })

  type Steps = (note: (upload: Upload) => void, other: Running) => void

  it.each<[string, Steps]>([
    ...(['queued', 'hashing', 'paused', 'failed', 'aborted'] as const).map(
      (state): [string, Steps] => [
        `that an upload finds in S3 after it was ${state}`,
        (note, { is, at }) => {
          note(is('uploading', 0))
          note(is(state))
          note(is('uploading', 20 * MIB))
          note(at(20 * MIB))
        },
      ],
    ),
    [
      'of an earlier session',
      (note, { is, at }) => {
        note(is('queued', 0))
        note(is('uploading', 15 * MIB))
        note(at(15 * MIB))
      },
    ],
    ['of a file that is done before it was seen to send', (note, { is }) => note(is('done', SIZE))],
  ])('does not count the bytes %s', async (_, steps) => {
    const { meter, rate, begin, send } = startMeter()
    const moving = begin()
    await send(moving, 0, 2)
    steps((upload) => meter.note(upload), uploading())
    await send(moving, 2, 4)
    expect(rate()).toEqual({ bytesPerSecond: MIB, secondsLeft: 0 })
  })

  it.each([
    ['of uploads that are too short for a rate', 0],
    ['again that a pause has lost', SIZE / 2],
  ])('counts all bytes %s', async (_, sent) => {
    const { meter, pass, rate } = startMeter()
    for (let second = 0; second <= 3; second += 1) {
      const one = uploading()
      if (sent > 0) meter.note(one.is('paused', sent, 0))
      meter.note(one.is('uploading', sent, 0))
      await pass(1000)
      meter.note(one.is('done', SIZE))
    }
    expect(rate().bytesPerSecond).toBe(SIZE)
  })

  it('counts bytes again that are resent after a failed request', async () => {
    const { meter, rate, begin, send } = startMeter()
    const one = begin()
    await send(one, 0, 3)
    meter.note(one.at(1 * MIB))
    await send(one, 1, 4)
    expect(rate().bytesPerSecond).toBe(MIB)
  })

  it('estimates the time until all active uploads are confirmed', async () => {
    const { meter, begin, send } = startMeter()
    const one = begin()
    await send(one, 0, 4)
    const items = [one.row('uploading'), itemIn('preparing'), itemIn('ready')]
    expect(meter.rateOf(items).secondsLeft).toBe(36 + 40)
  })
})

describe("a list's rate", () => {
  it('is that of the only moving row, but the time includes waiting rows', async () => {
    const { meter, pass, begin } = startMeter()
    const [fast, slow, queued] = [begin(), begin(), uploading()]
    for (let second = 1; second <= 4; second += 1) {
      await pass(1000)
      meter.note(fast.at(9 * second * MIB))
      meter.note(slow.at(second * MIB))
    }
    meter.note(fast.is('done', SIZE))
    const bytesPerSecond = MIB
    expect(meter.rateOf([slow.row(), fast.row()])).toEqual({ bytesPerSecond, secondsLeft: 36 })
    queued.is('queued')
    const secondsLeft = 36 + 40
    expect(meter.rateOf([slow.row(), queued.row()])).toEqual({ bytesPerSecond, secondsLeft })
  })

  it('continues from one file to the next', async () => {
    const { meter, pass, begin, send } = startMeter()
    const first = begin()
    await send(first, 0, 4)
    meter.note(first.is('done', SIZE))
    const second = begin()
    await pass(2000)
    // The second has no rate of its own yet.
    expect(meter.rateOf([first.row(), second.row()]).bytesPerSecond).toBeGreaterThan(0)
  })

  it('is undefined for a file larger than anything measured before', async () => {
    const { meter, pass, begin, send } = startMeter()
    const [small, other] = [uploading(), uploading()]
    // An earlier session has stored all but 1 MiB.
    meter.note(small.is('uploading', 39 * MIB))
    const large = begin()
    await pass(2000)
    meter.note(small.is('done', SIZE))
    const rows = () => [small.row(), large.row(), other.row()]
    expect(meter.rateOf(rows()).secondsLeft).toBeUndefined()
    await send(large, 0, 2)
    expect(meter.rateOf(rows()).secondsLeft).toBeGreaterThan(1)
  })

  it('does not jump when several files are confirmed at once', async () => {
    const { meter, pass, rate, begin } = startMeter()
    const short = [begin(), begin()]
    await pass(4000)
    for (const one of short) {
      meter.note(one.is('done', SIZE))
      await pass(300)
    }
    // 40 MiB in four seconds, and again 40 after 0.3: not 133 a second.
    expect(rate().bytesPerSecond).toBeLessThan(20 * MIB)
  })
})

describe('a silence of five seconds', () => {
  it('ends the rate and is reported', async () => {
    const { pass, rate, begin, send, onSilence } = startMeter()
    await send(begin(), 0, 3)
    await pass(4999)
    expect(rate().bytesPerSecond).toBe(MIB)
    expect(onSilence).not.toHaveBeenCalled()
    await pass(1)
    expect(rate()).toStrictEqual({})
    expect(onSilence).toHaveBeenCalledOnce()
  })

  it.each(['paused', 'done'] as const)(
    'is not reported once all are %s, but ends the rate',
    async (state) => {
      const { meter, pass, rate, begin, send, onSilence } = startMeter()
      const one = begin()
      await send(one, 0, 3)
      meter.note(one.is(state))
      await pass(2999)
      meter.note(uploading().is('done'))
      await pass(2000)
      expect(rate().bytesPerSecond).toBe(MIB)
      await pass(1)
      begin()
      expect(rate()).toStrictEqual({})
      await pass(9000)
      expect(onSilence).not.toHaveBeenCalled()
    },
  )

  it('is reported while another upload is still sending', async () => {
    const { meter, pass, begin, send, onSilence } = startMeter()
    const [one] = [begin(), begin()]
    await send(one, 0, 3)
    meter.note(uploading().is('queued'))
    meter.note(one.is('paused'))
    await pass(5001)
    expect(onSilence).toHaveBeenCalledOnce()
  })

  it('is reported again for uploads that continue after all had stopped', async () => {
    const { meter, pass, begin, send, onSilence } = startMeter()
    const one = begin()
    await send(one, 0, 3)
    meter.note(one.is('paused'))
    meter.note(one.is('uploading', 3 * MIB))
    await send(one, 3, 6)
    await pass(5001)
    expect(onSilence).toHaveBeenCalledOnce()
  })
})
