import { describe, expect, it } from 'vitest'
import { filesOfState, formStateOf } from '../../src/element/form.ts'

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
