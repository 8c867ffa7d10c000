import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hang, shorten, wrap } from '../src/fit-text.ts'

describe('shorten', () => {
  it.each([
    ['uploads/a.mp4', 13, 'uploads/a.mp4'],
    ['uploads/8f3a2b7c/holiday.mp4', 20, 'upload…c/holiday.mp4'],
    ['uploads/休暇.mp4', 16, 'uploads/休暇.mp4'],
    ['uploads/休暇.mp4', 15, 'uplo…s/休暇.mp4'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 5, '👩‍👩‍👧‍👦…👩‍👩‍👧‍👦'],
  ])('fits %j into %d columns', (text, columns, shown) => {
    expect(shorten(text, columns)).toBe(shown)
  })

  it('keeps text that fits, and shortens the rest to the exact width', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[\x20-\x7e]*$/),
        fc.integer({ min: 4, max: 60 }),
        (text, columns) => {
          const shown = shorten(text, columns)
          if (text.length <= columns) expect(shown).toBe(text)
          else expect(shown).toHaveLength(columns)
        },
      ),
    )
  })
})

describe('wrap', () => {
  it('breaks at spaces and never inside a long word', () => {
    expect(wrap('one two https://example.com/ three', 9)).toEqual([
      'one two',
      'https://example.com/',
      'three',
    ])
  })

  it('leaves text unchanged when there is no terminal', () => {
    expect(wrap('one  two', Number.POSITIVE_INFINITY)).toEqual(['one  two'])
  })
})

describe('hang', () => {
  it('indents each line after the first', () => {
    expect(hang('  --port   ', 'port of the page', 19)).toBe(
      '  --port   port of\n           the page',
    )
  })
})
