import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divideName } from '../../../src/element/view/list/row.ts'

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

  it('keeps numbers intact in right-to-left names', () => {
    expect(divideName('صورة الشاطئ 2026.png')).toEqual(['صورة الشاطئ 2026', '.png'])
  })

  it('never separates a letter from its accent, or an emoji from its color', () => {
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
