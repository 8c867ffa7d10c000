/**
 * How many parts of an upload are sent at once, on lines of which it is known what they carry.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { type Line, MIB, type Moment, sendOver } from './scripted-line.ts'

const MB = 1_000_000
/** Two connections carry as much as six. */
const SLOW: Line = { bytesPerSecond: 8 * MB }
/** 100 ms there and back, 1 % of the packets lost: six connections carry three times as much. */
const LOSSY: Line = { bytesPerSecond: 12 * MB, each: 0.15 * MB }
const FAST: Line = { bytesPerSecond: 200 * MB }

const most = (moments: readonly Moment[], fromMs: number, toMs = Number.POSITIVE_INFINITY) =>
  Math.max(...moments.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map((one) => one.parts))

describe('the concurrent parts of an upload', () => {
  it('are two at first, then all, and two again if more bring no gain', async () => {
    const { moments } = await sendOver(() => SLOW, { size: 256 * MIB })
    expect(most(moments, 0, 1_000)).toBe(2)
    expect(most(moments, 1_000, 4_000)).toBe(6)
    expect(most(moments, 10_000)).toBe(2)
  })

  it.each([
    ['256 MiB', 256 * MIB, (256 * MIB) / 36],
    ['1 GiB', 1024 * MIB, 8 * MIB],
  ])('are so few that a reload in %s resends less than a twentieth', async (_, size, part) => {
    const { ratio } = await sendOver(() => SLOW, { size, partSize: Math.ceil(part) })
    expect(ratio).toBeLessThanOrEqual(1.05)
  })

  it('are all if each connection is slow', async () => {
    const { moments, tookMs } = await sendOver(() => LOSSY, { size: 48 * MIB })
    expect(most(moments, 3_000)).toBe(6)
    // What six connections need that all begin at once, and a twentieth.
    expect(tookMs).toBeLessThan(((48 * MIB) / 6 / 0.15 / MB) * 1000 * 1.05)
  })

  it('are not kept at two by a wrong measurement', async () => {
    // For the first five seconds another upload takes what more connections would have brought.
    const line = (atMs: number) => (atMs < 5_000 ? { bytesPerSecond: 0.3 * MB } : LOSSY)
    const { tookMs } = await sendOver(line, { size: 96 * MIB, partSize: 5 * MIB })
    expect(tookMs).toBeLessThan(((96 * MIB) / 6 / 0.15 / MB) * 1000 * 1.25)
  })

  it('are all at once if the connection is fast', async () => {
    const { moments } = await sendOver(() => FAST, { size: 1024 * MIB })
    expect(most(moments, 0, 500)).toBe(6)
    expect(most(moments, 4_500)).toBe(6)
  })

  it('are all again once two become slower', async () => {
    const line = (atMs: number) => (atMs < 20_000 ? SLOW : LOSSY)
    const { moments } = await sendOver(line, { size: 224 * MIB })
    expect(most(moments, 10_000, 20_000)).toBe(2)
    expect(most(moments, 30_000)).toBe(6)
  })
})

describe('one part at a time', () => {
  const MBPS: Line = { bytesPerSecond: MB }

  it('is sent if a part takes seconds, so that a reload loses at most that one', async () => {
    const partSize = 8 * MIB
    const { moments, tookMs } = await sendOver(() => MBPS, { size: 64 * MIB, partSize })
    expect(most(moments, 2_500)).toBe(1)
    for (const { bytes } of moments) expect(bytes).toBeLessThanOrEqual(partSize)
    // Little more than if nothing had been sent twice.
    expect(tookMs).toBeLessThan(((64 * MIB) / MB) * 1000 * 1.03)
  })

  it('is also sent by an upload during which others begin', async () => {
    // Half of the line from 20 s on, and a tenth from 40 s on.
    const share = (atMs: number) => (atMs < 20_000 ? 1 : atMs < 40_000 ? 0.5 : 0.1)
    const line = (atMs: number) => ({ bytesPerSecond: share(atMs) * MB })
    const { moments } = await sendOver(line, { size: 48 * MIB })
    expect(most(moments, 2_500)).toBeLessThanOrEqual(2)
    const twice = moments.filter(({ parts }) => parts > 1)
    // Each change of the line is looked at for a moment.
    expect(twice.length).toBeLessThan(0.05 * moments.length)
  })
})

describe("the bucket's second host", () => {
  it('gets as many connections again if each is slow', async () => {
    const { moments, tookMs } = await sendOver(() => LOSSY, {
      size: 96 * MIB,
      partSize: 5 * MIB,
      second: 'works',
    })
    expect(most(moments, 8_000)).toBe(12)
    expect(tookMs).toBeLessThan(((96 * MIB) / 6 / 0.15 / MB) * 1000 * 0.65)
  })

  it('finishes the smaller parts planned for it sooner than six connections would', async () => {
    const size = 32 * MIB
    const { tookMs } = await sendOver(() => LOSSY, { size, partSize: 5 * MIB, second: 'works' })
    expect(tookMs).toBeLessThan((size / 6 / 0.15 / MB) * 1000)
  })

  it.each([
    ['slow', SLOW],
    ['very slow', { bytesPerSecond: 0.3 * MB }],
    ['fast', FAST],
    ['filled by three connections', { bytesPerSecond: 3 * MB, each: MB }],
  ])('gets no request if no packets are lost, on a connection that is %s', async (_, line) => {
    const { toSecond } = await sendOver(() => line, { size: 32 * MIB, second: 'works' })
    expect(toSecond).toBe(0)
  })

  it('gets none if the page does not allow it, or progress is not visible', async () => {
    const size = 96 * MIB
    const { toSecond, most } = await sendOver(() => LOSSY, { size })
    expect([toSecond, most]).toEqual([0, 6])
    const unseen = await sendOver(() => LOSSY, { size, second: 'works', seesBytes: false })
    expect(unseen.toSecond).toBe(0)
  })

  it('gets no second request if the first one fails, and all parts arrive', async () => {
    const { moments, toSecond } = await sendOver(() => LOSSY, { size: 96 * MIB, second: 'broken' })
    expect(toSecond).toBe(1)
    expect(most(moments, 8_000)).toBe(6)
  })

  it('stays in use if a request fails among others that do not', async () => {
    const { toSecond, windowsAsked } = await sendOver(() => LOSSY, {
      ...{ size: 192 * MIB, partSize: 5 * MIB, second: 'works' },
      failsSecond: (request) => request === 10,
    })
    expect(toSecond).toBeGreaterThan(15)
    // Once to begin with, and again: the signature may have been why it failed.
    expect(windowsAsked).toBe(2)
  })

  it('stays in use for other uploads when this one ends', async () => {
    const sending = { size: 96 * MIB, second: 'works', endsAtSecond: true } as const
    const { toSecond, second } = await sendOver(() => LOSSY, sending)
    expect([toSecond, second?.isOpen]).toEqual([1, true])
  })

  it('is abandoned if two requests fail in a row', async () => {
    const { toSecond } = await sendOver(() => LOSSY, {
      ...{ size: 192 * MIB, partSize: 5 * MIB, second: 'works' },
      // The first six begin before one of them has ended.
      failsSecond: (request) => request > 6,
    })
    // Those that were under way have ended between them.
    expect(toSecond).toBeLessThan(15)
  })
})

describe('twelve connections to one host, as in Node', () => {
  it('are used if each is slow', async () => {
    const size = 96 * MIB
    const { moments, tookMs } = await sendOver(() => LOSSY, { size, connections: 12 })
    expect(most(moments, 8_000)).toBe(12)
    expect(tookMs).toBeLessThan((size / 6 / 0.15 / MB) * 1000 * 0.65)
  })

  it('need no second host', async () => {
    const sending = { size: 96 * MIB, connections: 12, second: 'works' } as const
    const { moments, toSecond } = await sendOver(() => LOSSY, sending)
    expect([most(moments, 8_000), toSecond]).toEqual([12, 0])
  })

  it.each([
    ['slow', SLOW],
    ['very slow', { bytesPerSecond: 0.3 * MB }],
    ['fast', FAST],
    ['filled by three connections', { bytesPerSecond: 3 * MB, each: MB }],
  ])('are not used if no packets are lost, on a connection that is %s', async (_, line) => {
    const six = await sendOver(() => line, { size: 256 * MIB })
    const twelve = await sendOver(() => line, { size: 256 * MIB, connections: 12 })
    expect(most(twelve.moments, 0)).toBeLessThanOrEqual(6)
    // What a crash sends again.
    expect(twelve.ratio).toBeCloseTo(six.ratio, 2)
  })
})
