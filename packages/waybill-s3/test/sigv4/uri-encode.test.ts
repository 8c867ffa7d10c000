import { escapeUri } from '@smithy/core/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalQuery, uriEncodePath } from 'waybill-s3'
import { uriEncode } from '../../src/sigv4/uri-encode.ts'
import { text } from '../presigned/arbitraries.ts'

const wellFormed = fc.string({ unit: 'binary' })

describe('uriEncode', () => {
  it('agrees with the AWS SDK', () => {
    fc.assert(
      fc.property(fc.oneof(text, wellFormed), (t) => {
        expect(uriEncode(t)).toBe(escapeUri(t))
      }),
    )
  })

  it('writes only unreserved characters and escapes, and decodeURIComponent reverses it', () => {
    fc.assert(
      fc.property(fc.oneof(text, wellFormed), (t) => {
        expect(uriEncode(t)).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/)
        expect(decodeURIComponent(uriEncode(t))).toBe(t)
      }),
    )
  })

  it('writes a lone surrogate as U+FFFD instead of throwing', () => {
    expect(uriEncode('a\ud800b')).toBe('a%EF%BF%BDb')
  })
})

describe('uriEncodePath', () => {
  it("keeps the key's slashes and adds none", () => {
    fc.assert(
      fc.property(fc.oneof(text, wellFormed), (t) => {
        const segments = uriEncodePath(t).split('/')
        expect(segments.map(decodeURIComponent)).toEqual(t.split('/'))
      }),
    )
  })

  it("escapes the key's own escapes again", () => {
    expect(uriEncodePath('a%2Fb/c')).toBe('a%252Fb/c')
  })
})

describe('canonicalQuery', () => {
  it('sorts by the encoded name and then the encoded value, byte by byte', () => {
    // As UTF-16, U+E000 would come after the emoji's surrogates; as UTF-8 it comes before.
    const query = canonicalQuery([
      ['😀', ''],
      ['\ue000', ''],
      ['b', '2'],
      ['b', '10'],
      ['a-', '1'],
      ['a', '1'],
      ['B', ''],
    ])
    expect(query).toBe('%EE%80%80=&%F0%9F%98%80=&B=&a=1&a-=1&b=10&b=2')
  })

  it('does not depend on the order of the parameters', () => {
    const shuffled = fc
      .array(fc.tuple(text, text), { maxLength: 8 })
      .chain((pairs) =>
        fc.tuple(
          fc.constant(pairs),
          fc.shuffledSubarray(pairs, { minLength: pairs.length, maxLength: pairs.length }),
        ),
      )
    fc.assert(
      fc.property(shuffled, ([pairs, other]) => {
        expect(canonicalQuery(other)).toBe(canonicalQuery(pairs))
      }),
    )
  })

  it('can be parsed by URLSearchParams', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name }), (pairs) => {
        expect([...new URLSearchParams(canonicalQuery(pairs))].sort()).toEqual([...pairs].sort())
      }),
    )
  })
})
