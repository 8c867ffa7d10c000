import { describe, expect, it } from 'vitest'
import type { UploadItem, UploadTotal, Waiting } from 'waybill/client'
import { formatSeconds, progressLines } from '../../src/put/progress-lines.ts'

const MB = 1000 ** 2

function item(state: UploadItem['state'], fraction: number, waiting?: Waiting): UploadItem {
  const progress = { sent: 0, stored: 0, total: 0, fraction }
  const known = { id: state, name: 'film.mp4', size: 1, type: '', previewUrl: undefined }
  return { ...known, state, progress, ...(waiting ? { waiting } : {}) }
}

const total: UploadTotal = {
  ...{ files: 201, done: 12, failed: 0, active: 189, fraction: 0.5 },
  ...{ sent: 100 * MB, stored: 0, size: 200 * MB, bytesPerSecond: 2 * MB, secondsLeft: 50 },
}

function drawn(items: readonly UploadItem[], more: Partial<UploadTotal> = {}, columns = 80) {
  const snapshot = { items, total: { ...total, ...more }, interrupted: [], receipts: [] }
  return progressLines(snapshot, ({ name }) => `photos/${name}`, columns).split('\n')
}

describe('progressLines', () => {
  it('shows a bar for each file in flight, and one for the total', () => {
    const items = [item('done', 1), item('uploading', 0.25), item('queued', 0)]
    expect(drawn(items, { bytesPerSecond: 12.4 * MB }, 200)).toEqual([
      `[${'='.repeat(9)}${' '.repeat(28)}]  25%  photos/film.mp4`,
      `[${'='.repeat(18)}${' '.repeat(19)}]  50%  12 of 201 files  100 MB of 200 MB  12.4 MB/s  50 s left`,
    ])
  })

  it.each([
    [{ failed: 3 }, '12 of 201 files  3 failed  100 MB of 200 MB  2.0 MB/s  50 s left'],
    // A first file of a few bytes says nothing about the others.
    [{ bytesPerSecond: 1, secondsLeft: 1e9 }, '12 of 201 files  100 MB of 200 MB  1 B/s'],
  ])('describes a total with %j', (more, text) => {
    expect(drawn([item('uploading', 0)], more).at(-1)).toContain(text)
  })

  it.each([
    ['offline', 'no network'],
    ['signer', 'signer does not respond'],
    ['storage', 'S3 does not respond'],
    ['stalled', 'no bytes get through'],
  ] as const)('says why it waits (%s), unless other files move', (reason, text) => {
    const waiting = item('waiting', 0, { reason, since: new Date() })
    expect(drawn([waiting]).at(-1)).toMatch(new RegExp(`200 MB {2}${text}`))
    expect(drawn([waiting, item('uploading', 0)]).at(-1)).toContain('50 s left')
  })

  it.each([20, 40, 80, 120])('leaves room for the echo of Ctrl+C in %d columns', (columns) => {
    const lines = drawn([item('uploading', 0.5)], { failed: 3 }, columns)
    expect(lines.at(-1)?.length).toBeLessThanOrEqual(columns - 3)
  })
})

describe('formatSeconds', () => {
  it.each([
    [0.2, '1 s'],
    [59.4, '59 s'],
    [60, '1 min 0 s'],
    [3_599, '59 min 59 s'],
    [7_320, '2 h 2 min'],
  ])('formats %d as %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text))
})
