import { describe, expect, it } from 'vitest'
import { totalOf } from '../../src/client/list/total-progress.ts'
import { FormControl, filesOfState, formStateOf } from '../../src/element/form.ts'
import { englishTexts } from '../../src/element/words/index.ts'

const progress = { sent: 1, stored: 1, total: 1, fraction: 1 }

/** A stored file, and how often it was written. */
function storedFile(id: string) {
  let written = 0
  const completed = {
    ...{ key: `files/${id}`, size: 1, etag: '"e"', verifiedBy: 'size' as const, result: undefined },
    toJSON: () => {
      written += 1
      return { key: `files/${id}` }
    },
  }
  const known = { id, name: id, size: 1, type: 'text/plain', previewUrl: undefined }
  return { item: { ...known, state: 'done' as const, progress, completed }, written: () => written }
}

describe('formStateOf', () => {
  it('writes each stored file only once, however often more files are stored', () => {
    const files = Array.from({ length: 20 }, (_, index) => storedFile(`${index}`))
    const items = files.map(({ item }) => item)
    for (const [index] of items.entries()) formStateOf(items.slice(0, index))
    expect(filesOfState(formStateOf(items)).map(({ name }) => name)).toEqual(
      items.map(({ name }) => name),
    )
    expect(files.map(({ written }) => written())).toEqual(files.map(() => 1))
  })

  it('leaves out files that are not stored', () => {
    const { item } = storedFile('a')
    const { completed: _, ...sending } = item
    expect(filesOfState(formStateOf([{ ...sending, state: 'uploading' }]))).toEqual([])
  })
})

describe('FormControl', () => {
  it('ends a state although WebKit, after a garbage collection, says that the set lacks it', () => {
    const matched = new Set<string>()
    const internals = {
      // Each object knows only what was added through it.
      get states() {
        const known = new Set<string>()
        return {
          has: (name: string) => known.has(name),
          add: (name: string) => matched.add(name) && known.add(name),
          delete: (name: string) => matched.delete(name) && known.delete(name),
        }
      },
      setFormValue() {},
      setValidity() {},
    }
    const control = new FormControl(internals as unknown as ElementInternals)
    const settings = { name: '', required: false, isDragging: false, anchor: undefined }
    for (const isDisabled of [true, false]) {
      control.update(
        {
          items: [],
          removed: new Set(),
          kept: [],
          total: totalOf([]),
          receipts: [],
          interrupted: [],
        },
        { ...settings, isDisabled, texts: englishTexts() },
      )
    }
    expect([...matched]).toEqual(['empty'])
  })
})
