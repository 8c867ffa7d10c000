import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divideName } from '../../../src/element/view/list/file-name.ts'

describe('divideName', () => {
  it.each([
    ['cat.jpg', ['cat.jpg', '']],
    ['', ['', '']],
    ['.gitignore', ['.gitign', 'ore']],
    ['holiday on the beach-01.jpeg', ['holiday on the beach', '-01.jpeg']],
    ['a name without an extension', ['a name without an extens', 'ion']],
    ['archive.thisisnoextension', ['archive.thisisnoextens', 'ion']],
  ])('keeps the end of %j', (name, parts) => {
    expect(divideName(name)).toEqual(parts)
  })

  it('divides no number of a name that is written from the right', () => {
    expect(divideName('صورة الشاطئ 2026.png')).toEqual(['صورة الشاطئ 2026', '.png'])
  })

  it('takes no letter from its accent, nor a face from its colour', () => {
    expect(divideName(`somewhere${'e\u0301'.repeat(3)}.txt`)[1]).toBe(`${'e\u0301'.repeat(3)}.txt`)
    expect(divideName('my best friends 👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀.png')[1]).toBe('👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀.png')
  })

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(divideName(name).join('')).toBe(name)
      }),
    )
  })
})
