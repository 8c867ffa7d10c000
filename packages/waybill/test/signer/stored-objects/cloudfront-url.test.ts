/**
 * Signed URLs of CloudFront, beside those of the AWS SDK, and checked as CloudFront checks them:
 * with the public key, over the policy that follows from the URL that is requested.
 *
 * @module
 */

import { createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto'
import { getSignedUrl } from '@aws-sdk/cloudfront-signer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cloudFrontUrls } from 'waybill/signer'
import { EC, EC_PARAMETERS, type KeyPair, pem, RSA } from './key-pairs.ts'

const SITE = 'https://files.example.com'
const ID = 'K2JCJMDEHXQW5F'
const EXPIRATION = new Date('2026-11-26T12:00:00.900Z')
const KEY = 'uploads/aVq3/Grüße & more+1.mp4'
const QUERY = {
  versionId: 'a.b_C-1',
  'response-content-disposition': `attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.mp4`,
}

function signerOf(privateKey: string) {
  return cloudFrontUrls({ url: `${SITE}/`, keyPairId: ID, privateKey })
}

/**
 * What CloudFront does: it takes its own parameters away, writes the policy, and checks the
 * signature.
 */
function passes(requested: string, { publicKey }: Pick<KeyPair, 'publicKey'>): boolean {
  const own = /[?&](?:Expires|Signature|Key-Pair-Id|Hash-Algorithm)=([^&]*)/g
  const [, expires] = /[?&]Expires=(\d+)/.exec(requested) ?? []
  const [, signature = ''] = /[?&]Signature=([^&]*)/.exec(requested) ?? []
  expect(requested).toContain('Hash-Algorithm=SHA256')
  const resource = requested.replaceAll(own, '')
  const policy = `{"Statement":[{"Resource":"${resource}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`
  const base64 = signature.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/')
  return createVerify('SHA256').update(policy).verify(publicKey, base64, 'base64')
}

const FORMS: readonly (readonly [form: string, privateKey: string, pair: KeyPair])[] = [
  ['RSA in PKCS #8', pem(RSA), RSA],
  ['RSA in PKCS #1', pem(RSA, 'pkcs1'), RSA],
  ['ECDSA in PKCS #8', pem(EC), EC],
  ['ECDSA in SEC1', pem(EC, 'sec1'), EC],
  ['ECDSA in SEC1 behind its parameters', EC_PARAMETERS + pem(EC, 'sec1'), EC],
  ['RSA with the line ends of Windows', pem(RSA).replaceAll('\n', '\r\n'), RSA],
]

describe('cloudFrontUrls', () => {
  it('signs as the AWS SDK does, with RSA', async () => {
    const privateKey = pem(RSA)
    // The SDK leaves `!'()*` of a path and `+` of a query as they are: other text, other signature.
    const key = 'uploads/aVq3/Grüße & more.mp4'
    const query = 'response-content-type=video%2Fmp4&versionId=a.b_C-1'
    const ours = await signerOf(privateKey)({
      key,
      query: { versionId: 'a.b_C-1', 'response-content-type': 'video/mp4' },
      expiration: EXPIRATION,
    })
    const theirs = getSignedUrl({
      url: `${SITE}/${encodeURI(key).replaceAll('&', '%26')}?${query}`,
      keyPairId: ID,
      privateKey,
      dateLessThan: '2026-11-26T12:00:00Z',
      algorithm: 'SHA256',
    })
    const sorted = (url: string) => [
      new URL(url).pathname,
      ...(url.split('?')[1] ?? '').split('&').sort(),
    ]
    expect(sorted(ours)).toEqual(sorted(theirs))
    expect(passes(theirs, RSA)).toBe(true)
  })

  it.each(FORMS)(
    'produces signatures that CloudFront accepts: %s',
    async (_form, privateKey, pair) => {
      const url = await signerOf(privateKey)({ key: KEY, query: QUERY, expiration: EXPIRATION })
      expect(passes(url, pair)).toBe(true)
      expect(passes(url.replace('aVq3', 'other'), pair)).toBe(false)
      expect(passes(url.replace('versionId=a', 'versionId=b'), pair)).toBe(false)
      expect(passes(url.replace('attachment', 'inline'), pair)).toBe(false)
      expect(passes(url.replace(/Expires=\d/, 'Expires=2'), pair)).toBe(false)
    },
  )

  it('signs any object name exactly as a browser will request it', async () => {
    const sign = signerOf(pem(EC))
    const key = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.isWellFormed())
    await fc.assert(
      fc.asyncProperty(key, fc.string(), async (name, versionId) => {
        const query = { versionId }
        const url = await sign({ key: `uploads/${name}`, query, expiration: EXPIRATION })
        expect(passes(url, EC)).toBe(true)
        // `.` and `..` as whole segments aside, which no key of the signer has.
        if (!/(?:^|\/)\.{1,2}(?:\/|$)/.test(name)) expect(new URL(url).href).toBe(url)
      }),
      { numRuns: 200 },
    )
  })

  it('drops fractions of a second', async () => {
    const url = await signerOf(pem(EC))({ key: KEY, expiration: EXPIRATION })
    expect(new URL(url).searchParams.get('Expires')).toBe('1795694400')
  })

  it('uses the key that its function currently returns', async () => {
    const pairs = [RSA, EC]
    const sign = cloudFrontUrls({
      url: SITE,
      keyPairId: ID,
      privateKey: async () => pem(pairs.shift() ?? EC),
    })
    expect(passes(await sign({ key: KEY, expiration: EXPIRATION }), RSA)).toBe(true)
    expect(passes(await sign({ key: KEY, expiration: EXPIRATION }), EC)).toBe(true)
  })
})

const P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const RSA_3072 = generateKeyPairSync('rsa', { modulusLength: 3072 })
const PUBLIC = String(createPublicKey(RSA.privateKey).export({ format: 'pem', type: 'spki' }))
const ENCRYPTED = String(
  RSA.privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }),
)

describe('an unusable private key', () => {
  it.each([
    ['no PEM', 'c2VjcmV0'.repeat(20), /not PEM/],
    ['a public key', PUBLIC, /not PEM/],
    ['an encrypted key', ENCRYPTED, /'ENCRYPTED PRIVATE KEY'/],
    ['a key on another curve', pem(P384), /cannot be read/],
    ['a key on another curve in SEC1', pem(P384, 'sec1'), /cannot be read/],
    ['an RSA key of another length', pem(RSA_3072), /3072 bits/],
    ['half a key', pem(RSA).replace(/\n.{64}\n/, '\n'), /cannot be read/],
    ['spoiled base64', pem(RSA).replace('MII', 'M=I'), /not valid base64/],
  ])('is rejected without being revealed: %s', async (_what, privateKey, message) => {
    const signing = signerOf(privateKey)({ key: KEY, expiration: EXPIRATION })
    const error = await signing.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toMatch(message)
    expect(String(error)).not.toContain(privateKey.slice(-120, -60))
    expect(Object(error).cause).toBeUndefined()
  })

  it('is parsed again only if its text has changed', async () => {
    const texts = ['one', 'one', 'two']
    const sign = cloudFrontUrls({
      ...{ url: SITE, keyPairId: ID },
      privateKey: () => texts.shift() ?? '',
    })
    const failure = () =>
      sign({ key: KEY, expiration: EXPIRATION }).catch((reason: unknown) => reason)
    const first = await failure()
    expect(first).toBeInstanceOf(TypeError)
    // The same failure, not one like it: the second URL has made no attempt of its own.
    expect(await failure()).toBe(first)
    expect(await failure()).not.toBe(first)
  })
})

describe("cloudFrontUrls' options", () => {
  it.each(['files.example.com', 'https://files.example.com/uploads', 'ftp://files.example.com/'])(
    'reject the address %s',
    (url) => {
      expect(() => cloudFrontUrls({ url, keyPairId: ID, privateKey: pem(EC) })).toThrow(
        /expected a URL such as/,
      )
    },
  )

  it('accept an HTTP or HTTPS address, with or without a trailing slash', async () => {
    for (const url of ['http://localhost:8080', 'https://files.example.com']) {
      for (const slash of ['', '/']) {
        const sign = cloudFrontUrls({ url: url + slash, keyPairId: ID, privateKey: pem(EC) })
        expect(await sign({ key: 'a', expiration: EXPIRATION })).toContain(`${url}/a?Expires=`)
      }
    }
  })

  it('reject an id that would change the query', () => {
    expect(() => cloudFrontUrls({ url: SITE, keyPairId: 'K&x=1', privateKey: pem(EC) })).toThrow(
      /keyPairId is 'K&x=1'/,
    )
  })
})
