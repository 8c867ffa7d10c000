import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { PAUSED } from '../../../src/client/send/send-attempt.ts'
import { attemptWith, STORED } from './scripted-attempt.ts'

const MB = 1_000_000
const SIZE = 8 * MB
const STEP_MS = 100

interface Line {
  /** Bytes that only fill a buffer, at once. */
  readonly buffer?: number
  readonly bytesPerSecond: number
  /** After so many bytes nothing moves any more. */
  readonly standsStillAt?: number
}

/** A request of 8 MB, and how and when it ends. */
function requestOn({ buffer = 0, bytesPerSecond, standsStillAt = SIZE }: Line) {
  const { time, stop, gone, end, leftovers } = attemptWith(
    async ({ size, signal, onSent }, wait) => {
      for (let sent = buffer; ; sent += (bytesPerSecond * STEP_MS) / 1000) {
        onSent(Math.min(sent, size, standsStillAt))
        if (sent >= size && standsStillAt >= size) return STORED
        await wait(STEP_MS, signal)
      }
    },
    { size: SIZE },
  )
  const pass = (ms: number) => time.until(time.wait(ms, new AbortController().signal))
  const ended = async () => {
    const how = await end()
    expect(leftovers()).toEqual([])
    return [how === STORED ? 'stored' : how === PAUSED ? 'paused' : how, time.monotonicMs()]
  }
  return { stop, gone, pass, ended }
}

describe('a pause', () => {
  it.each<[string, Line, readonly number[], string, number]>([
    [
      'stops a request less than three quarters sent',
      { bytesPerSecond: MB },
      [5_500],
      'paused',
      5_500,
    ],
    [
      'lets a request of which three quarters are sent finish',
      { bytesPerSecond: MB },
      [6_050],
      'stored',
      8_000,
    ],
    [
      'stops a request with more than a second to go',
      { bytesPerSecond: 3 * MB },
      [1_500],
      'paused',
      1_500,
    ],
    [
      'lets a request with exactly a second to go finish',
      { bytesPerSecond: 2.5 * MB },
      [2_199, 1],
      'stored',
      3_200,
    ],
    [
      'is not misled by bytes that only fill a buffer',
      { buffer: 5 * MB, bytesPerSecond: 0.1 * MB },
      [2_000],
      'paused',
      2_000,
    ],
    [
      'waits ten seconds for a request that does not finish',
      { bytesPerSecond: MB, standsStillAt: 7 * MB },
      [7_500],
      'paused',
      17_500,
    ],
  ])('%s', async (_, line, pauseAfter, how, atMs) => {
    const { stop, pass, ended } = requestOn(line)
    for (const ms of pauseAfter) await pass(ms)
    stop.abort(PAUSED)
    expect(await ended()).toEqual([how, atMs])
  })

  it('stops the request if the upload is then aborted', async () => {
    const { stop, gone, pass, ended } = requestOn({ bytesPerSecond: MB })
    await pass(6_500)
    stop.abort(PAUSED)
    await pass(500)
    gone.abort(new Error('the upload was aborted'))
    expect(await ended()).toEqual(['paused', 7_000])
  })
})

describe("another part's failure", () => {
  it('stops even a request that is nearly complete', async () => {
    const { stop, pass, ended } = requestOn({ bytesPerSecond: MB })
    await pass(7_500)
    const failure = new UploadError('NETWORK_FAILED', 'another part failed')
    stop.abort(failure)
    expect(await ended()).toEqual([failure, 7_500])
  })
})
