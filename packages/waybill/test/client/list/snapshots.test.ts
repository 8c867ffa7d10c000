import { settled, snapshotOf, text } from '@waybill/test-support/list-watch'
import { startSystem } from '@waybill/test-support/system'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uploadRule } from 'waybill'
import {
  createUploadList,
  type Upload,
  type UploadList,
  type UploadListSnapshot,
} from 'waybill/client'
import { totalOf } from '../../../src/client/list/total-progress.ts'

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

describe("a list's snapshots", () => {
  it('are immutable, and share unchanged parts', async () => {
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
