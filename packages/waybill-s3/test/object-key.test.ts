import fc from 'fast-check'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { objectKey, safeFileName } from 'waybill-s3'
import { text } from './presigned/arbitraries.ts'

const bytes = (value: string) => new TextEncoder().encode(value).length

/** Everything that has ever been put into a file name, whole and in pieces. */
const hostile = fc
  .array(
    fc.oneof(
      text,
      fc.string({ unit: 'binary' }),
      fc.integer({ min: 0, max: 0xff_ff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        ...['/', '\\', '..', '.', ' ', '\t', '\n', '\0', '\u202e', '\u2066', '\u200d', '\ufe0f'],
        ...['e', '\u0301', '\u037e', '\u1fef', '\u212a', '👨‍👩‍👧', '❤️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '\u{e0041}', 'a'],
        ...['CON', 'nul.txt', 'com1', 'a'.repeat(90), '中'.repeat(60), `.${'b'.repeat(20)}`],
        ...['.png', '.tar.gz', '\u0301'.repeat(110), '. . .', 'C:\\', '${filename}'],
      ),
    ),
    { maxLength: 10 },
  )
  .map((pieces) => pieces.join(''))

let fresh: typeof import('../src/object-key.ts')
beforeAll(async () => {
  vi.resetModules()
  fresh = await import('../src/object-key.ts')
})

describe('safeFileName', () => {
  it('is idempotent', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const safe = safeFileName(name)
        expect(safeFileName(safe)).toBe(safe)
      }),
      { numRuns: 1000 },
    )
  })

  it('returns one visible, bounded NFC segment that is not hidden, a path or a device name', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const safe = safeFileName(name)
        expect(bytes(safe)).toBeGreaterThanOrEqual(1)
        expect(bytes(safe)).toBeLessThanOrEqual(200)
        expect(safe).toBe(safe.normalize('NFC'))
        expect(safe.isWellFormed()).toBe(true)
        expect(safe).not.toMatch(/[\\/:*?"<>|^`{}[\]~%#&$@=;+,]/)
        expect(safe).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\ufffe\uffff]/u)
        expect(safe).not.toMatch(/^[. ]|[. ]$/)
        expect(safe).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d) *(?:\.|$)/i)
        // Joiners and variation selectors may stay, but only between the emoji that they join.
        const withoutEmoji = safe.replace(/\p{RGI_Emoji}/gv, '')
        expect(withoutEmoji).not.toMatch(/\p{Default_Ignorable_Code_Point}/u)
        expect(objectKey(`uploads/${safe}`)).toBe(`uploads/${safe}`)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['holiday.mp4', 'holiday.mp4'],
    ['Ünïcödé – 日本語.txt', 'Ünïcödé – 日本語.txt'],
    ["it's (1)!.png", "it's (1)!.png"],
    ['שלום.pdf', 'שלום.pdf'],
    ['👨‍👩‍👧 picnic ❤️.jpg', '👨‍👩‍👧 picnic ❤️.jpg'],
    ['👍🏽.gif', '👍🏽.gif'],
  ])('leaves %j as it is', (name, safe) => {
    expect(safeFileName(name)).toBe(safe)
  })

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\a.txt', 'a.txt'],
    ['a/b/', 'file'],
    ['..', 'file'],
    ['', 'file'],
    [' . . ', 'file'],
    ['.htaccess', 'htaccess'],
    ['.env.', 'env'],
    ['a.txt. .', 'a.txt'],
    ['a\u0000b\r\nc.txt', 'abc.txt'],
    ['a\ufffeb\uffff.txt', 'ab.txt'],
    ['a\u00a0\u3000 b', 'a b'],
    ['gpj\u202egnp.exe', 'gpjgnp.exe'],
    ['pay\u200bpal\ufeff.txt', 'paypal.txt'],
    ['a\u200d.txt', 'a.txt'],
    ['a\ufe0f\u{e0100}.txt', 'a.txt'],
    ['secret\u{e0041}\u{e0042}.txt', 'secret.txt'],
    ['e\u0301.txt', 'é.txt'],
    ['e\u200b\u0301.txt', 'é.txt'],
    ['a\u037eb', 'a-b'],
    ['100% & more?.txt', '100- - more-.txt'],
    ['${filename}', '--filename-'],
    ['a\ud800b.txt', 'a\ufffdb.txt'],
  ])('turns %j into %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe)
  })

  it.each(['con', 'CON.txt', 'nul.tar.gz', 'Com1', 'lpt9.a', 'com¹.txt', 'aux .txt', 'prn.'])(
    'marks the Windows device name %s',
    (name) => {
      expect(safeFileName(name)).toBe(`_${name.replace(/\.$/, '')}`)
    },
  )

  it.each(['console.txt', 'com10', 'a.con', 'nullable'])(
    'does not take %s for a device name',
    (name) => {
      expect(safeFileName(name)).toBe(name)
    },
  )

  it('shortens the stem and keeps the extension', () => {
    expect(safeFileName(`${'a'.repeat(300)}.jpeg`)).toBe(`${'a'.repeat(195)}.jpeg`)
    expect(safeFileName(`${'文'.repeat(100)}.文`)).toBe(`${'文'.repeat(65)}.文`)
  })

  it('stays within 200 bytes even with a device mark', () => {
    expect(safeFileName(`con.${'a'.repeat(196)}`)).toBe(`_con.${'a'.repeat(195)}`)
    expect(safeFileName(`con${'x'.padEnd(300, '\u0301')}.png`)).toBe('_con.png')
  })

  it('leaves a 200-byte name as it is', () => {
    const name = `${'a'.repeat(195)} .png`
    expect(safeFileName(name)).toBe(name)
  })

  it('does not treat a suffix of more than 16 characters as an extension', () => {
    const [stem, ending] = ['a'.repeat(300), `.${'b'.repeat(15)}`]
    expect(safeFileName(`${stem}${ending}`)).toBe(`${'a'.repeat(184)}${ending}`)
    expect(safeFileName(`${stem}${ending}b`)).toBe('a'.repeat(200))
    expect(safeFileName(`a.${'b'.repeat(300)}`)).toBe(`a.${'b'.repeat(198)}`)
  })

  it('leaves no trailing dot or space when it shortens a name', () => {
    expect(safeFileName(`${'a'.repeat(198)}. ${'b'.repeat(40)}`)).toBe('a'.repeat(198))
  })

  it('cuts between characters as people perceive them', () => {
    const safe = safeFileName(`${'a'.repeat(190)}👨‍👩‍👧.png`)
    expect(safe).toBe(`${'a'.repeat(190)}.png`)
    expect(safeFileName(`a${'\u0301'.repeat(200)}.png`)).toBe('file.png')
  })

  it('handles a million dots or spaces in linear time', () => {
    expect(safeFileName(`a${'.'.repeat(1_000_000)}b`)).toBe('a.b')
    expect(safeFileName(`a${' .'.repeat(500_000)}`)).toBe('a')
  })

  it('compiles its patterns when the first name needs them', () => {
    expect(fresh.safeFileName('pay\u200bpal 👨‍👩‍👧 \u200b.txt')).toBe('paypal 👨‍👩‍👧 .txt')
  })
})

describe('objectKey', () => {
  it.each(['a', 'a/b.txt', 'a/b/', 'ключ 😀', 'a..b/...', '.hidden/a', 'a'.repeat(1024)])(
    'lets %j through unchanged',
    (key) => {
      expect(objectKey(key)).toBe(key)
    },
  )

  it.each([
    ['', 'is 0 bytes, expected 1 to 1024'],
    ['a'.repeat(1025), 'is 1025 bytes, expected 1 to 1024'],
    ['😀'.repeat(257), 'is 1028 bytes, expected 1 to 1024'],
    ['/a', 'has an empty segment'],
    ['/', 'has an empty segment'],
    ['a//b', 'has an empty segment'],
    ['a/../b', "has a '.' or '..' segment: a/../b"],
    ['..', "has a '.' or '..' segment: .."],
    ['a/.', "has a '.' or '..' segment: a/."],
    [`./${'a'.repeat(100)}`, `has a '.' or '..' segment: ./${'a'.repeat(30)}`],
    [`${'a'.repeat(100)}/..`, `has a '.' or '..' segment: ${'a'.repeat(30)}/..`],
    [
      `${'😀'.repeat(40)}/../${'😀'.repeat(40)}/..`,
      `has a '.' or '..' segment: ${'😀'.repeat(30)}/../${'😀'.repeat(30)}`,
    ],
    ['a\nb', 'has a control character'],
    ['\0a', 'has a control character'],
    ['a\u0085b', 'has a control character'],
    ['a\uffff', 'has a character that XML cannot carry'],
    ['\uffffa', 'has a character that XML cannot carry'],
    ['a\ufffe', 'has a character that XML cannot carry'],
    ['gpj\u202egnp.exe', 'has a character that changes the direction of text'],
    ['a\u2066b', 'has a character that changes the direction of text'],
    ['a\ud800', 'has a lone surrogate, which UTF-8 cannot hold'],
    ['a/${filename}', 'has ${filename}, which S3 would replace'],
    ['${filename}/a', 'has ${filename}, which S3 would replace'],
  ])('rejects %j: %s', (key, reason) => {
    expect(() => objectKey(key)).toThrow(new TypeError(`key ${reason}`))
  })

  it('either returns its argument or throws a TypeError', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, text), (key) => {
        try {
          expect(objectKey(key)).toBe(key)
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError)
        }
      }),
    )
  })
})
