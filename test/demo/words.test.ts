import { describe, expect, it } from 'vitest'
import { sizeText } from '../../demo/words.ts'
import { firstTexts } from '../../packages/waybill/src/element/words/language.ts'

describe('sizeText', () => {
  it.each([0, 1, 999, 1000, 999_499, 999_600, 1_500_000, 99_949_999, 123_456_789, 5e9, 7e12, 9e15])(
    'formats %d bytes as the element does',
    (bytes) => {
      expect(sizeText(bytes)).toBe(firstTexts('en').size(bytes))
    },
  )
})
