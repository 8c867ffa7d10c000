import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UploadItem } from 'waybill/client'
import { totalOf } from '../../../src/client/list/total-progress.ts'

const states: UploadItem['state'][] = [
  'ready',
  'queued',
  'preparing',
  'uploading',
  'paused',
  'done',
  'failed',
  'aborted',
]

const items = fc.array(
  fc
    .record({
      state: fc.constantFrom(...states),
      size: fc.nat(1000),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ state, size, part }): UploadItem => {
      const sent = state === 'done' ? size : Math.floor(part * Math.max(0, size - 1))
      return itemIn(state, size, sent)
    }),
)

function itemIn(state: UploadItem['state'], size: number, sent: number): UploadItem {
  const progress = { sent, stored: sent / 2, total: size, fraction: 0 }
  return { id: '1', name: 'a', type: 'a/b', previewUrl: undefined, size, state, progress }
}

describe('totalOf', () => {
  const both = { sent: 30, stored: 15, size: 200, fraction: 0.15 }
  const onlyPaused = { sent: 10, stored: 5, size: 100, fraction: 0.1 }

  it.each([
    ['ready', {}, both],
    ['queued', { active: 1 }, both],
    ['hashing', { active: 1 }, both],
    ['preparing', { active: 1 }, both],
    ['uploading', { active: 1 }, both],
    ['waiting', { active: 1 }, both],
    ['completing', { active: 1 }, both],
    ['paused', {}, both],
    ['done', { done: 1 }, both],
    ['failed', { failed: 1 }, onlyPaused],
    ['aborted', {}, onlyPaused],
  ] as const)('adds a file that is %s to one that is paused', (state, counts, bytes) => {
    const all = [itemIn('paused', 100, 10), itemIn(state, 100, 20)]
    const counted = { files: 2, done: 0, failed: 0, active: 0, ...counts }
    expect(totalOf(all)).toStrictEqual({ ...counted, ...bytes })
  })

  it('does not count a file that was rejected after it was stored', () => {
    const rejected = { ...itemIn('done', 100, 100), verdict: { verdict: 'rejected' } as const }
    expect(totalOf([itemIn('paused', 100, 10), rejected])).toMatchObject({
      ...{ done: 1, sent: 10, size: 100, fraction: 0.1 },
    })
  })

  it('is zero for no files, and for empty files', () => {
    const none = {
      files: 0,
      done: 0,
      failed: 0,
      active: 0,
      sent: 0,
      stored: 0,
      size: 0,
      fraction: 0,
    }
    expect(totalOf([])).toStrictEqual(none)
    expect(totalOf([itemIn('failed', 9, 9)])).toStrictEqual({ ...none, files: 1, failed: 1 })
    expect(totalOf([itemIn('queued', 0, 0)])).toStrictEqual({ ...none, files: 1, active: 1 })
    const done = totalOf([itemIn('done', 0, 0)])
    expect(done).toStrictEqual({ ...none, files: 1, done: 1, fraction: 1 })
  })

  it('is complete only when everything that counts is done, weighted by bytes', () => {
    fc.assert(
      fc.property(items, (all) => {
        const total = totalOf(all)
        const counted = all.filter(({ state }) => state !== 'failed' && state !== 'aborted')
        const isWhole = counted.length > 0 && counted.every(({ state }) => state === 'done')
        expect(total.fraction === 1).toBe(isWhole)
        expect(total.fraction).toBeGreaterThanOrEqual(0)
        expect(total.sent).toBeLessThanOrEqual(total.size)
        expect(total.size).toBe(counted.reduce((sum, { size }) => sum + size, 0))
        expect(total.done + total.failed + total.active).toBeLessThanOrEqual(total.files)
        if (!isWhole && total.size > 0) {
          expect(total.fraction).toBe(Math.min(0.99, total.sent / total.size))
        }
      }),
    )
  })

  it('has no rate if nothing is in flight', () => {
    const rate = { bytesPerSecond: 5, secondsLeft: 7 }
    fc.assert(
      fc.property(items, (all) => {
        const total = totalOf(all, rate)
        expect('bytesPerSecond' in total).toBe(total.active > 0)
        expect('secondsLeft' in total).toBe(total.active > 0)
      }),
    )
  })
})
