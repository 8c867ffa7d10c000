/**
 * The rate of a list's uploads together, by the progress that a test gives them.
 *
 * @module
 */

import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it, vi } from 'vitest'
import type { Upload, UploadItem, UploadState } from 'waybill/client'
import { ListMeter } from '../../../src/client/list/list-meter.ts'
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
  return { upload: handle, is, at }
}

function startMeter() {
  const { until, ...time } = virtualTime()
  const onSilence = vi.fn()
  const bytes = new ProgressMeter(Number.MAX_SAFE_INTEGER, time)
  const meter = new ListMeter(bytes, time.monotonicMs, onSilence)
  const pass = (ms: number) => until(time.wait(ms, new AbortController().signal))
  const rate = () => meter.rateOf([])
  return { meter, pass, rate, onSilence }
}

type Running = ReturnType<typeof uploading>

/** One MiB more in each second, from what is confirmed now. */
async function sendSeconds(
  { meter, pass }: ReturnType<typeof startMeter>,
  { at }: Running,
  from: number,
  seconds: number,
): Promise<void> {
  for (let second = 1; second <= seconds; second += 1) {
    await pass(1000)
    meter.note(at((from + second) * MIB))
  }
}

describe('ListMeter', () => {
  it('has no rate before bytes are confirmed over some time', async () => {
    const { meter, pass, rate } = startMeter()
    const { is, at } = uploading()
    meter.note(is('uploading'))
    await pass(1000)
    // It has left, which says nothing.
    meter.note(is('uploading', 5 * MIB))
    expect(rate()).toStrictEqual({})
    // How long the first took is not known.
    meter.note(at(1 * MIB))
    expect(rate()).toStrictEqual({})
  })

  it('adds up what each upload confirms', async () => {
    const started = startMeter()
    const { meter, pass } = started
    const [one, other] = [uploading(), uploading()]
    meter.note(one.is('uploading'))
    meter.note(other.is('uploading'))
    for (let second = 1; second <= 4; second += 1) {
      await pass(1000)
      meter.note(one.at(second * MIB))
      meter.note(other.at(2 * second * MIB))
    }
    expect(started.rate().bytesPerSecond).toBeCloseTo(3 * MIB, -5)
  })

  it('does not count what an earlier session has sent', async () => {
    const started = startMeter()
    const { meter } = started
    const [moving, resumed] = [uploading(), uploading()]
    meter.note(moving.is('uploading'))
    await sendSeconds(started, moving, 0, 2)
    meter.note(resumed.is('queued', 0))
    meter.note(resumed.is('uploading', 15 * MIB))
    meter.note(resumed.at(15 * MIB))
    await sendSeconds(started, moving, 2, 2)
    expect(started.rate()).toEqual({ bytesPerSecond: MIB, secondsLeft: 0 })
  })

  it.each(['queued', 'hashing', 'paused', 'failed', 'aborted'] as const)(
    'does not count what an upload that was %s finds there when it goes on',
    async (state) => {
      const started = startMeter()
      const { meter } = started
      const [moving, stopped] = [uploading(), uploading()]
      meter.note(moving.is('uploading'))
      meter.note(stopped.is('uploading'))
      await sendSeconds(started, moving, 0, 2)
      meter.note(stopped.is(state))
      meter.note(stopped.is('uploading', 20 * MIB))
      meter.note(stopped.at(20 * MIB))
      await sendSeconds(started, moving, 2, 2)
      expect(started.rate().bytesPerSecond).toBe(MIB)
    },
  )

  it('does not count the file of an upload that is done before it was seen to send', async () => {
    const started = startMeter()
    const { meter } = started
    const [moving, done] = [uploading(), uploading()]
    meter.note(moving.is('uploading'))
    await sendSeconds(started, moving, 0, 2)
    meter.note(done.is('done', SIZE))
    await sendSeconds(started, moving, 2, 2)
    expect(started.rate().bytesPerSecond).toBe(MIB)
  })

  it('counts all of an upload that is done, also where it was too short for a rate', async () => {
    const { meter, pass, rate } = startMeter()
    for (let second = 0; second <= 3; second += 1) {
      const short = uploading()
      meter.note(short.is('uploading'))
      await pass(1000)
      meter.note(short.is('done', SIZE))
    }
    expect(rate().bytesPerSecond).toBe(SIZE)
  })

  it('counts bytes again that a pause has lost', async () => {
    const { meter, pass, rate } = startMeter()
    for (let second = 0; second <= 3; second += 1) {
      const lost = uploading()
      meter.note(lost.is('paused', SIZE / 2, 0))
      meter.note(lost.is('uploading', SIZE / 2, 0))
      await pass(1000)
      meter.note(lost.is('done', SIZE))
    }
    expect(rate().bytesPerSecond).toBe(SIZE)
  })

  it('counts bytes again that cross the line again, since a request failed', async () => {
    const started = startMeter()
    const { meter } = started
    const one = uploading()
    meter.note(one.is('uploading'))
    await sendSeconds(started, one, 0, 3)
    meter.note(one.at(1 * MIB))
    await sendSeconds(started, one, 1, 3)
    expect(started.rate().bytesPerSecond).toBe(MIB)
  })

  it('says how long all takes that is under way and not confirmed', async () => {
    const started = startMeter()
    const { meter } = started
    const one = uploading()
    meter.note(one.is('uploading'))
    await sendSeconds(started, one, 0, 4)
    const item = (state: UploadItem['state'], upload?: Upload): UploadItem => {
      const shown = { id: '1', name: 'a', type: 'a/b', previewUrl: undefined }
      const progress = upload?.progress ?? { sent: 0, stored: 0, total: SIZE, fraction: 0 }
      return { ...shown, state, size: SIZE, progress, ...(upload ? { upload } : {}) }
    }
    const items = [item('uploading', one.upload), item('preparing'), item('ready')]
    expect(meter.rateOf(items).secondsLeft).toBe(36 + 40)
  })
})

describe('the rate of a list', () => {
  const shown = { id: '1', name: 'a', type: 'a/b', previewUrl: undefined, size: SIZE }
  const row = ({ upload }: Running, state = upload.state): UploadItem => ({
    ...{ ...shown, state, progress: upload.progress, upload },
  })

  it('is that of its only row that moves, and so is the time, with what waits its turn', async () => {
    const started = startMeter()
    const { meter, pass } = started
    const [fast, slow, queued] = [uploading(), uploading(), uploading()]
    meter.note(fast.is('uploading'))
    meter.note(slow.is('uploading'))
    for (let second = 1; second <= 4; second += 1) {
      await pass(1000)
      meter.note(fast.at(9 * second * MIB))
      meter.note(slow.at(second * MIB))
    }
    meter.note(fast.is('done', SIZE))
    expect(meter.rateOf([row(slow), row(fast)])).toEqual({
      bytesPerSecond: MIB,
      secondsLeft: 36,
    })
    queued.is('queued')
    expect(meter.rateOf([row(slow), row(queued)])).toEqual({
      bytesPerSecond: MIB,
      secondsLeft: 36 + 40,
    })
  })

  it('goes on from one file to the next', async () => {
    const started = startMeter()
    const { meter, pass } = started
    const [first, second] = [uploading(), uploading()]
    meter.note(first.is('uploading'))
    await sendSeconds(started, first, 0, 4)
    meter.note(first.is('done', SIZE))
    meter.note(second.is('uploading'))
    await pass(2000)
    // It has no rate of its own yet.
    expect(meter.rateOf([row(first), row(second)]).bytesPerSecond).toBeGreaterThan(0)
  })

  it('says nothing about a file that is larger than all that was measured', async () => {
    const started = startMeter()
    const { meter, pass } = started
    const [small, large, other] = [uploading(), uploading(), uploading()]
    // An earlier session has stored all but 1 MiB.
    meter.note(small.is('uploading', 39 * MIB))
    meter.note(large.is('uploading', 0))
    await pass(2000)
    meter.note(small.is('done', SIZE))
    const items = [row(small), row(large), row(other)]
    expect(meter.rateOf(items).secondsLeft).toBeUndefined()
    await sendSeconds(started, large, 0, 2)
    expect(meter.rateOf(items.with(1, row(large))).secondsLeft).toBeGreaterThan(1)
  })

  it('is not that of an instant, where a file is confirmed all at once', async () => {
    const started = startMeter()
    const { meter, pass, rate } = started
    const short = [uploading(), uploading()]
    for (const one of short) meter.note(one.is('uploading'))
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
  it('ends the rate, and is told', async () => {
    const started = startMeter()
    const { meter, pass, rate, onSilence } = started
    const one = uploading()
    meter.note(one.is('uploading'))
    await sendSeconds(started, one, 0, 3)
    await pass(4999)
    expect(rate().bytesPerSecond).toBe(MIB)
    expect(onSilence).not.toHaveBeenCalled()
    await pass(1)
    expect(rate()).toStrictEqual({})
    expect(onSilence).toHaveBeenCalledOnce()
  })

  it.each(['paused', 'done'] as const)(
    'is not told once all are %s, and ends the rate all the same',
    async (state) => {
      const started = startMeter()
      const { meter, pass, rate, onSilence } = started
      const [one, unseen, other] = [uploading(), uploading(), uploading()]
      meter.note(one.is('uploading'))
      await sendSeconds(started, one, 0, 3)
      meter.note(one.is(state))
      await pass(2999)
      meter.note(unseen.is('done'))
      await pass(2000)
      expect(rate().bytesPerSecond).toBe(MIB)
      await pass(1)
      meter.note(other.is('uploading'))
      expect(rate()).toStrictEqual({})
      await pass(9000)
      expect(onSilence).not.toHaveBeenCalled()
    },
  )

  it('is told while another still sends', async () => {
    const started = startMeter()
    const { meter, pass, onSilence } = started
    const [one, other, queued] = [uploading(), uploading(), uploading()]
    meter.note(one.is('uploading'))
    meter.note(other.is('uploading'))
    await sendSeconds(started, one, 0, 3)
    meter.note(queued.is('queued'))
    meter.note(one.is('paused'))
    await pass(5001)
    expect(onSilence).toHaveBeenCalledOnce()
  })

  it('is told again of those that go on after all had stopped', async () => {
    const started = startMeter()
    const { meter, pass, onSilence } = started
    const one = uploading()
    meter.note(one.is('uploading'))
    await sendSeconds(started, one, 0, 3)
    meter.note(one.is('paused'))
    meter.note(one.is('uploading', 3 * MIB))
    await sendSeconds(started, one, 3, 3)
    await pass(5001)
    expect(onSilence).toHaveBeenCalledOnce()
  })
})
