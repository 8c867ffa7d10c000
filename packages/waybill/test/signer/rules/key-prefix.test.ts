import { describe, expect, it } from 'vitest'
import { readPrefix, withPrefix } from '../../../src/signer/rules/choose-key.ts'

describe('readPrefix', () => {
  it.each(['', 'uploads/', 'a', 'ä/ö'])("accepts '%s'", (prefix) => {
    expect(readPrefix(prefix)).toBe(prefix)
  })

  it('is empty by default', () => {
    expect(readPrefix()).toBe('')
  })

  it.each(['/uploads/', '../', 'a//', 'a\0'])(
    'rejects %j, with which no key can begin',
    (prefix) => {
      const message = `prefix is '${prefix}', expected a prefix of object keys`
      expect(() => readPrefix(prefix)).toThrow(new TypeError(message))
      expect(() => readPrefix(prefix)).toThrow(
        expect.objectContaining({ cause: expect.any(Error) }),
      )
    },
  )

  it('rejects anything but a string', () => {
    const prefix = 7 as unknown as string
    expect(() => readPrefix(prefix)).toThrow(
      new TypeError("prefix is number, expected a string such as 'uploads/'"),
    )
  })

  it('allows as many bytes as leave room for a key', () => {
    const prefix = 'a'.repeat(512)
    expect(readPrefix(prefix)).toBe(prefix)
    expect(() => readPrefix(`${prefix}a`)).toThrow(/^prefix is 513 bytes, expected at most 512/)
  })

  it('counts bytes, not characters', () => {
    expect(() => readPrefix('ä'.repeat(2000))).toThrow(/^prefix is 4000 bytes, expected at most/)
  })
})

describe('withPrefix', () => {
  it.each([
    ['up/', 'a.png', 'up/a.png'],
    ['up/', 'up/a.png', 'up/a.png'],
    ['up/', 'a/up/', 'up/a/up/'],
    ['', 'a.png', 'a.png'],
  ])("puts '%s' before '%s' exactly once", (prefix, key, whole) => {
    expect(withPrefix(prefix, key)).toBe(whole)
  })
})
