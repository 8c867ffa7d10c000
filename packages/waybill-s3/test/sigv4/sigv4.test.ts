import { escapeUri } from '@smithy/core/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicalQuery,
  canonicalRequest,
  type Digest,
  formatAmzDate,
  signingKey,
  uriEncodePath,
} from 'waybill-s3'
import { nodeDigest, toHex, webDigest } from '../../src/sigv4/digest.ts'
import { parseAmzDate, uriEncode } from '../../src/sigv4/encoding.ts'
import { createSigningKeys } from '../../src/sigv4/sign-headers.ts'
import { date, text } from '../presigned/arbitraries.ts'

const node = nodeDigest()
if (!node) throw new Error('Node has crypto')

const SCOPE = '20260131/eu-west-1/s3/aws4_request'

describe('canonicalRequest', () => {
  it('trims values, collapses inner white space and sorts by name', () => {
    const headers = { 'x-b': '  a   b\t c ', host: 'h', 'x-a': '' }
    const parts = { method: 'GET', path: '/', query: '', payloadHash: 'UNSIGNED-PAYLOAD' }
    expect(canonicalRequest({ ...parts, headers })).toBe(
      'GET\n/\n\nhost:h\nx-a:\nx-b:a b c\n\nhost;x-a;x-b\nUNSIGNED-PAYLOAD',
    )
  })

  it('writes one line per header, whatever line breaks a value contains', () => {
    const headers = { 'content-type': 'a\r\nhost:evil.example', host: 'h' }
    const parts = { method: 'GET', path: '/', query: '', payloadHash: 'UNSIGNED-PAYLOAD' }
    expect(
      canonicalRequest({ ...parts, headers })
        .split('\n')
        .slice(3, 5),
    ).toEqual(['content-type:a host:evil.example', 'host:h'])
  })
})

describe('createSigningKeys', () => {
  it("is synchronous with Node's digests, even the first time", () => {
    const hmac = createSigningKeys(node)({ accessKeyId: 'a', secretAccessKey: 'at once' }, SCOPE)
    expect(hmac).not.toBeInstanceOf(Promise)
  })

  it('returns the same key as signingKey, on either platform', async () => {
    for (const digest of [node, webDigest()]) {
      const credentials = { accessKeyId: 'a', secretAccessKey: 'same' }
      const hmac = await createSigningKeys(digest)(credentials, SCOPE)
      const key = await signingKey('same', SCOPE, digest)
      expect(await hmac.hex('text')).toBe(await (await digest.hmac(key)).hex('text'))
    }
  })

  it('derives a key once, even for concurrent calls', async () => {
    const { digest, keys } = counted(webDigest())
    const credentials = { accessKeyId: 'a', secretAccessKey: 'once' }
    const keyOf = createSigningKeys(digest)
    await Promise.all([keyOf(credentials, SCOPE), keyOf(credentials, SCOPE)])
    await keyOf(credentials, SCOPE)
    // Four HMACs derive it, the fifth is the one that signs.
    expect(keys).toHaveLength(5)
  })

  it('returns a cached key synchronously, even where deriving is asynchronous', async () => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'later' }
    const keyOf = createSigningKeys(webDigest())
    const first = keyOf(credentials, SCOPE)
    expect(first).toBeInstanceOf(Promise)
    expect(keyOf(credentials, SCOPE)).toBe(first)
    const hmac = await first
    expect(keyOf(credentials, SCOPE)).toBe(hmac)
  })

  it('never returns the key of another secret or scope', async () => {
    const pairs = [
      ['a', 'b\nc'],
      ['a\nb', 'c'],
      ['a', 'b/c'],
      ['a/b', 'c'],
    ] as const
    const keyOf = createSigningKeys(node)
    for (const [secretAccessKey, scope] of [...pairs, ...pairs]) {
      const hmac = await keyOf({ accessKeyId: 'a', secretAccessKey }, scope)
      const key = await node.hmac(await signingKey(secretAccessKey, scope, node))
      expect(await hmac.hex('text')).toBe(await key.hex('text'))
    }
  })

  it('does not cache a failure: the next call tries again', async () => {
    const web = webDigest()
    let failures = 1
    const flaky: Digest = {
      ...web,
      hmac: async (key) => {
        if (failures-- > 0) throw new Error('no entropy')
        return web.hmac(key)
      },
    }
    const credentials = { accessKeyId: 'a', secretAccessKey: 'flaky' }
    const keyOf = createSigningKeys(flaky)
    await expect(keyOf(credentials, SCOPE)).rejects.toThrow('no entropy')
    expect(await (await keyOf(credentials, SCOPE)).hex('')).toHaveLength(64)
  })

  it('drops the oldest keys, so that invented scopes do not fill the memory', async () => {
    const { digest, keys } = counted(webDigest())
    const credentials = { accessKeyId: 'a', secretAccessKey: 'many' }
    const keyOf = createSigningKeys(digest)
    const scopes = Array.from({ length: 200 }, (_, index) => `2026/${index}`)
    // All at once: keys that were forgotten while they were derived must not come back afterwards.
    await Promise.all(scopes.map((scope) => keyOf(credentials, scope)))
    const before = keys.length
    await Promise.all(scopes.map((scope) => keyOf(credentials, scope)))
    const derived = (keys.length - before) / 3
    expect(derived).toBeGreaterThanOrEqual(200 - 64)
  })

  it('caches 64 keys, and drops the oldest for the next', async () => {
    const { digest, keys } = counted(node)
    const keyOf = createSigningKeys(digest)
    const derives = async (day: number) => {
      const before = keys.length
      await keyOf({ accessKeyId: 'a', secretAccessKey: 'days' }, `${day}`)
      return keys.length > before
    }
    for (let day = 1; day <= 64; day += 1) expect(await derives(day)).toBe(true)
    expect(await derives(1)).toBe(false)
    expect(await derives(65)).toBe(true)
    expect(await derives(2)).toBe(false)
    expect(await derives(1)).toBe(true)
  })

  it('drops no other key when one fails that was dropped before', async () => {
    const { promise, reject } = Promise.withResolvers<never>()
    const { digest, keys } = counted(node)
    const slow: Digest = { ...digest, hmac: (key) => (keys.length ? digest.hmac(key) : wait(key)) }
    const wait = (key: Uint8Array) => {
      keys.push(key)
      return promise
    }
    const keyOf = createSigningKeys(slow)
    const credentials = { accessKeyId: 'a', secretAccessKey: 'slow' }
    const failing = keyOf(credentials, 'first')
    for (let day = 1; day <= 64; day += 1) await keyOf(credentials, `${day}`)
    reject(new Error('no entropy'))
    await expect(failing).rejects.toThrow('no entropy')
    const before = keys.length
    await keyOf(credentials, '1')
    expect(keys).toHaveLength(before)
  })
})

describe('signingKey', () => {
  it('is the same on both platforms', async () => {
    const key = await signingKey('secret', SCOPE, node)
    expect(toHex(await signingKey('secret', SCOPE, webDigest()))).toBe(toHex(key))
  })
})

/** The same digests, noting every key that is made. */
function counted(inner: Digest): { digest: Digest; keys: Uint8Array[] } {
  const keys: Uint8Array[] = []
  const digest: Digest = {
    ...inner,
    hmac: (key) => {
      keys.push(key)
      return inner.hmac(key)
    },
  }
  return { digest, keys }
}

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

describe('formatAmzDate', () => {
  it('round-trips to the same second', () => {
    fc.assert(
      fc.property(date, (instant) => {
        const second = new Date(Math.floor(instant.getTime() / 1000) * 1000)
        expect(parseAmzDate(formatAmzDate(instant))).toEqual(second)
      }),
    )
  })
})

describe('parseAmzDate', () => {
  it('reads the format of `x-amz-date`', () => {
    expect(parseAmzDate('20151229T000000Z')).toEqual(new Date('2015-12-29T00:00:00Z'))
  })

  it.each([
    '',
    '20151229',
    '2015-12-29T00:00:00Z',
    '20151229T000000',
    '20150230T000000Z',
    '20151329T000000Z',
    '20151229T240000Z',
    '20151229T006000Z',
    ' 20151229T000000Z',
    '20151229T000000Z\n',
  ])("rejects '%s'", (text) => {
    expect(parseAmzDate(text)).toBeUndefined()
  })
})
