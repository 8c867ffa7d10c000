/**
 * Totals and snapshots of a list: laws that hold whatever a person and the network do.
 *
 * @module
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uploadRule } from 'waybill'
import {
  createUploadList,
  type Upload,
  type UploadItem,
  type UploadList,
  type UploadListSnapshot,
} from 'waybill/client'
import type { ObservedRequest } from '../../../src/cli/fault-proxy/fault.ts'
import { totalOf } from '../../../src/client/list/totals.ts'
import { seededFile } from '../../support/seeded-file.ts'
import { startSystem } from '../../support/system.ts'
import { settled, snapshotOf, text } from './list-watch.ts'

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
  const progress = { sent, total: size, fraction: 0 }
  return { id: '1', name: 'a', type: 'a/b', previewUrl: undefined, size, state, progress }
}

describe('totalOf', () => {
  it.each([
    ['ready', { done: 0, failed: 0, active: 0, sent: 30, size: 200, fraction: 0.15 }],
    ['queued', { done: 0, failed: 0, active: 1, sent: 30, size: 200, fraction: 0.15 }],
    ['hashing', { done: 0, failed: 0, active: 1, sent: 30, size: 200, fraction: 0.15 }],
    ['preparing', { done: 0, failed: 0, active: 1, sent: 30, size: 200, fraction: 0.15 }],
    ['uploading', { done: 0, failed: 0, active: 1, sent: 30, size: 200, fraction: 0.15 }],
    ['waiting', { done: 0, failed: 0, active: 1, sent: 30, size: 200, fraction: 0.15 }],
    ['completing', { done: 0, failed: 0, active: 1, sent: 30, size: 200, fraction: 0.15 }],
    ['paused', { done: 0, failed: 0, active: 0, sent: 30, size: 200, fraction: 0.15 }],
    ['done', { done: 1, failed: 0, active: 0, sent: 30, size: 200, fraction: 0.15 }],
    ['failed', { done: 0, failed: 1, active: 0, sent: 10, size: 100, fraction: 0.1 }],
    ['aborted', { done: 0, failed: 0, active: 0, sent: 10, size: 100, fraction: 0.1 }],
  ] as const)('counts what is %s beside what is paused', (state, total) => {
    const all = [itemIn('paused', 100, 10), itemIn(state, 100, 20)]
    expect(totalOf(all)).toStrictEqual({ files: 2, ...total })
  })

  it('is nothing of nothing, and of empty files', () => {
    const none = { files: 0, done: 0, failed: 0, active: 0, sent: 0, size: 0, fraction: 0 }
    expect(totalOf([])).toStrictEqual(none)
    expect(totalOf([itemIn('failed', 9, 9)])).toStrictEqual({ ...none, files: 1, failed: 1 })
    expect(totalOf([itemIn('queued', 0, 0)])).toStrictEqual({ ...none, files: 1, active: 1 })
    const done = totalOf([itemIn('done', 0, 0)])
    expect(done).toStrictEqual({ ...none, files: 1, done: 1, fraction: 1 })
  })

  it('is whole only when all that counts is done, and weighs by bytes', () => {
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

  it('says no rate where nothing is under way', () => {
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

type Act = (list: UploadList, ids: string[], index: number) => unknown

const ACTS: readonly Act[] = [
  (list, ids, index) => ids.push(...list.add([text(`${index}.txt`), text('bad', 'x'.repeat(99))])),
  (list) => list.pause(),
  (list) => list.resume(),
  (list, ids, index) => list.abort(ids[index % ids.length] ?? ''),
  (list, ids, index) => list.retry(ids[index % ids.length] ?? ''),
  (list, ids, index) => list.remove(ids[index % ids.length] ?? ''),
  () => new Promise(setImmediate),
  (list) => snapshotOf(list, ({ total }) => total.active < 3),
]

/** A copy that shows later whether something in it was changed. */
function copyOf({ items: all, total, receipts }: UploadListSnapshot) {
  return {
    items: all.map(({ upload, error, ...item }) => {
      return { ...item, code: error?.code, hasBegun: upload !== undefined }
    }),
    total: { ...total },
    receipts: [...receipts],
  }
}

const stateChanges = new WeakMap<Upload, number>()

/** @returns How often the upload has changed its state since it was first asked for. */
function changesOf(upload: Upload | undefined): number {
  if (!upload) return 0
  const changes = stateChanges.get(upload)
  if (changes !== undefined) return changes
  stateChanges.set(upload, 0)
  upload.on('state', () => stateChanges.set(upload, changesOf(upload) + 1))
  return 0
}

type Seen = readonly [UploadListSnapshot, ReturnType<typeof copyOf>, changes: readonly number[]]

/**
 * What looks the same is the same, unless it was another in between: it was tried again and failed
 * as before, or it was hashed and is queued again, of which the list told only once.
 */
function expectShared(before: Seen | undefined, [snapshot, copy, changes]: Seen): void {
  for (const [index, item] of snapshot.items.entries()) {
    const at = before?.[0].items.findIndex(({ id }) => id === item.id) ?? -1
    const earlier = before?.[0].items[at]
    const looksSame =
      JSON.stringify(before?.[1].items[at]) === JSON.stringify(copy.items[index]) &&
      before?.[2][at] === changes[index]
    const isSame = earlier?.upload === item.upload && earlier?.error === item.error
    if (earlier && looksSame && isSame) expect(earlier).toBe(item)
  }
}

describe('snapshots of a list', () => {
  it('never change, and share what has not changed', async () => {
    const rule = uploadRule({ types: ['text/plain'], maxSize: 50, public: true })
    const system = await startSystem({ signer: { rules: { notes: rule } } })
    const choice = fc.tuple(fc.nat(ACTS.length - 1), fc.nat(20))
    await fc.assert(
      fc.asyncProperty(fc.array(choice, { maxLength: 12 }), async (choices) => {
        const list = createUploadList(system.uploader('me'))
        const seen: Seen[] = []
        const look = () => {
          const snapshot = list.getSnapshot()
          const changes = snapshot.items.map(({ upload }) => changesOf(upload))
          if (seen.at(-1)?.[0] !== snapshot) seen.push([snapshot, copyOf(snapshot), changes])
          expect(list.getSnapshot()).toBe(snapshot)
        }
        list.subscribe(look)
        const ids: string[] = []
        for (const [act, index] of choices) {
          await ACTS[act]?.(list, ids, index)
          look()
        }
        list.resume()
        await settled(list)
        for (const [index, now] of seen.entries()) {
          const [snapshot, copy] = now
          expectShared(seen[index - 1], now)
          expect(copyOf(snapshot)).toEqual(copy)
          expect(snapshot.total).toEqual({ ...snapshot.total, ...totalOf(snapshot.items) })
          expect(
            [snapshot, snapshot.items, snapshot.total, ...snapshot.items].every(Object.isFrozen),
          ).toBe(true)
          expect(new Set(snapshot.items.map(({ id }) => id)).size).toBe(snapshot.items.length)
        }
        list.destroy()
      }),
      { numRuns: 25 },
    )
  })
})

describe('the rate of a list', () => {
  it('is of all files together, also of many small ones, and goes when they are done', async () => {
    const system = await startSystem({
      storagePlan: ({ operation }: ObservedRequest) =>
        operation === 'PostObject' ? { kind: 'slow-request', lastsMs: 150 } : undefined,
    })
    const list = createUploadList(system.uploader('me'))
    list.add(Array.from({ length: 60 }, (_, index) => seededFile(`${index}`, 10_000, index)))
    const { total, items: all } = await snapshotOf(
      list,
      ({ total: now }) => now.bytesPerSecond !== undefined,
    )
    expect(all.every(({ progress }) => progress.bytesPerSecond === undefined)).toBe(true)
    expect(total.secondsLeft).toBeGreaterThan(0)
    // Three to six connections, each 10 kB in 0.15 s or more.
    expect(total.bytesPerSecond).toBeLessThan(600_000)
    const done = await settled(list)
    expect(done.total).toEqual({
      files: 60,
      done: 60,
      failed: 0,
      active: 0,
      sent: 600_000,
      size: 600_000,
      fraction: 1,
    })
  })
})
