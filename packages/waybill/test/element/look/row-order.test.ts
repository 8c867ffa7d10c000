import { describe, expect, it } from 'vitest'
import type { UploadItem, UploadItemState } from 'waybill/client'
import { RowOrder } from '../../../src/element/view/list/row-order.ts'

/** A list of files `0`, `1`, … in these states, and a user who may be using it. */
class Watched {
  isInUse = false
  focused: string | undefined
  readonly removed = new Set<string>()
  readonly #order = new RowOrder({
    isInUse: () => this.isInUse,
    focusedRow: () => this.focused,
  })
  #states: UploadItemState[]
  #at = 0

  constructor(...states: readonly UploadItemState[]) {
    this.#states = [...states]
  }

  become(state: UploadItemState, ...files: readonly number[]): void {
    for (const file of files) this.#states[file] = state
  }

  pass(seconds: number): void {
    this.#at += seconds * 1000
  }

  get rows() {
    const items = this.#states.map((state, id): UploadItem => {
      const progress = { sent: 0, stored: 0, total: 1, fraction: 0 }
      const file = { id: `${id}`, name: `${id}`, size: 1, type: '', previewUrl: undefined }
      return { ...file, state, progress }
    })
    const { all, folded } = this.#order.arrange({
      items,
      removed: this.removed,
      now: new Date(this.#at),
    })
    const ids = (some: readonly UploadItem[]) => some.map(({ id }) => id).join(' ')
    return { all: ids(all), folded: ids(folded), changeInMs: this.#order.changeInMs }
  }
}

function many(files: number, state: UploadItemState = 'queued'): UploadItemState[] {
  return Array.from({ length: files }, () => state)
}

describe('RowOrder', () => {
  it('keeps files in the order in which they were added', () => {
    const list = new Watched('queued', 'done', 'uploading', 'paused')
    expect(list.rows).toEqual({ all: '0 1 2 3', folded: '0 1 2 3', changeInMs: undefined })
  })

  it('does not collapse a list if it would hide only one or two files', () => {
    expect(new Watched(...many(10)).rows.folded).toBe('0 1 2 3 4 5 6 7 8 9')
  })

  it('puts failed files first', () => {
    expect(new Watched('queued', 'failed', 'done', 'failed').rows.all).toBe('1 3 0 2')
  })

  it('shows failed files first, then uploads in flight, waiting files, and finished ones last', () => {
    const list = new Watched(
      ...many(6, 'done'),
      ...many(3, 'queued'),
      ...many(3, 'uploading'),
      'failed',
    )
    expect(list.rows.folded).toBe('12 0 6 7 8 9 10 11')
  })

  it("gives a finished file's place to another after a while", () => {
    const list = new Watched(...many(11))
    expect(list.rows.folded).toBe('0 1 2 3 4 5 6 7')
    list.become('done', 0, 1)
    expect(list.rows).toMatchObject({ folded: '0 1 2 3 4 5 6 7', changeInMs: 1500 })
    list.pass(1)
    expect(list.rows).toMatchObject({ folded: '0 1 2 3 4 5 6 7', changeInMs: 500 })
    list.pass(0.5)
    expect(list.rows).toMatchObject({ folded: '2 3 4 5 6 7 8 9', changeInMs: undefined })
  })

  it('changes nothing if no hidden file is more important', () => {
    const list = new Watched(...many(11, 'uploading'))
    expect(list.rows.folded).toBe('0 1 2 3 4 5 6 7')
    list.become('done', 0, 1, 8, 9, 10)
    list.pass(10)
    expect(list.rows).toMatchObject({ folded: '0 1 2 3 4 5 6 7', changeInMs: undefined })
  })

  it('moves nothing while the list is in use', () => {
    const list = new Watched(...many(11))
    expect(list.rows.all).toBe('0 1 2 3 4 5 6 7 8 9 10')
    list.isInUse = true
    list.become('done', 0)
    list.become('failed', 3)
    for (const _ of many(5)) {
      list.pass(10)
      expect(list.rows).toEqual({
        all: '0 1 2 3 4 5 6 7 8 9 10',
        folded: '0 1 2 3 4 5 6 7',
        changeInMs: 1000,
      })
    }
    list.isInUse = false
    expect(list.rows).toMatchObject({ all: '3 0 1 2 4 5 6 7 8 9 10', folded: '3 1 2 4 5 6 7 8' })
  })

  it('shows new files at once', () => {
    const list = new Watched('queued')
    expect(list.rows.folded).toBe('0')
    list.isInUse = true
    list.become('queued', 1)
    list.become('failed', 2)
    expect(list.rows).toMatchObject({ all: '2 0 1', changeInMs: undefined })
  })

  it('keeps the row with the focus', () => {
    const list = new Watched(...many(11))
    expect(list.rows.folded).toBe('0 1 2 3 4 5 6 7')
    list.focused = '0'
    list.become('done', 0, 1)
    list.pass(2)
    list.rows
    list.pass(2)
    expect(list.rows.folded).toBe('0 2 3 4 5 6 7 8')
  })

  it('keeps a file first while it is retried', () => {
    const list = new Watched('queued', 'failed')
    expect(list.rows.all).toBe('1 0')
    list.become('uploading', 1)
    list.pass(10)
    expect(list.rows).toMatchObject({ all: '1 0', changeInMs: undefined })
    list.become('done', 1)
    list.rows
    list.pass(10)
    expect(list.rows.all).toBe('0 1')
  })

  it('shows a removed file as long as it can be restored', () => {
    const list = new Watched(...many(8, 'done'), ...many(4))
    list.removed.add('0')
    expect(list.rows.folded).toBe('0 1 2 3 8 9 10 11')
  })

  it('shows every failed file and four others, fifty at most', () => {
    const list = new Watched(...many(11, 'failed'), ...many(11, 'uploading'))
    expect(list.rows.folded.split(' ')).toHaveLength(15)
    const long = new Watched(...many(70, 'failed'))
    expect(long.rows.folded.split(' ')).toHaveLength(50)
  })
})
