/**
 * Upload tokens that the signer accepts, and how an application makes them.
 *
 * @module
 */

import { generateKeyPairSync } from 'node:crypto'
import { createOne, FILE, get, signerFor, VIDEO_LIMITS } from '@waybill/test-support/signing'
import { exportPKCS8, exportSPKI, generateKeyPair } from 'jose'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { UploadLimits } from 'waybill'
import {
  type TokenAuthorizeOptions,
  tokenAuthorize,
  type UploadTokenOptions,
  uploadToken,
} from 'waybill/signer'
import { BACKEND } from '../../src/protocol/authorization.ts'
import { startIssuer } from './token-issuer.ts'

const SECRET = 'a-token-secret-of-more-than-32-characters'
const AUDIENCE = 'https://uploads.example.com/api'
const ADA = { secret: SECRET, audience: AUDIENCE, owner: 'ada' }

async function open(token: string, options: Partial<TokenAuthorizeOptions> = {}) {
  const headers = { authorization: `Bearer ${token}` }
  const keys = options.publicKey || options.jwksUri ? {} : { secret: SECRET }
  const authorize = tokenAuthorize({ ...keys, audience: AUDIENCE, ...options })
  const authorization = await authorize({ method: 'GET', path: '', query: {}, headers }, undefined)
  if (!authorization) throw new Error('refused without an error')
  return authorization
}

async function keyPair(alg: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { privateKey: await exportPKCS8(privateKey), publicKey: await exportSPKI(publicKey) }
}

describe('tokenAuthorize', () => {
  it('names the owner, the limits and all claims', async () => {
    const only: UploadLimits = {
      ...{ rules: ['avatar'], maxSize: '2 MB', types: ['image/*'], keyPrefix: 'a/', name: 'a.png' },
      sha256: FILE.sha256,
    }
    const now = () => new Date('2026-03-01T12:00:00.900Z')
    const token = await uploadToken({ ...ADA, only, issuer: 'https://shop.example', now })
    const exp = Date.parse('2026-03-01T12:15:00Z') / 1000
    expect(await open(token, { now, issuer: 'https://shop.example' })).toEqual({
      owner: 'ada',
      only: { ...only, maxSize: 2_000_000 },
      claims: {
        ...{ sub: 'ada', aud: AUDIENCE, iss: 'https://shop.example', iat: exp - 900, exp },
        upload: {
          ...{ rules: ['avatar'], max_size: 2_000_000, types: ['image/*'], key_prefix: 'a/' },
          ...{ name: 'a.png', sha256: FILE.sha256 },
        },
      },
    })
    expect(Object.keys(await open(await uploadToken(ADA)))).toEqual(['owner', 'claims'])
  })

  it('accepts any number of slashes at the end of the audience', async () => {
    const token = await uploadToken({ ...ADA, audience: `${AUDIENCE}/` })
    expect(await open(token, { audience: `${AUDIENCE}//` })).toMatchObject({ owner: 'ada' })
  })

  it("marks an application's own server, so that no other object has the mark", async () => {
    expect(await open(await uploadToken({ ...ADA, scope: 'backend' }))).toMatchObject({
      owner: 'ada',
      [BACKEND]: true,
    })
    expect(BACKEND in (await open(await uploadToken(ADA)))).toBe(false)
  })

  it('accepts tokens that were signed with any of the secrets, which can change', async () => {
    let secrets: (string | undefined)[] = ['b'.repeat(32)]
    const authorize = tokenAuthorize({ secret: async () => secrets, audience: AUDIENCE })
    const headers = { authorization: `Bearer ${await uploadToken(ADA)}` }
    const call = async () => authorize({ method: 'GET', path: '', query: {}, headers }, undefined)
    await expect(call()).rejects.toMatchObject({ message: 'the token is not valid here' })
    secrets = ['b'.repeat(32), undefined, SECRET]
    expect(await call()).toMatchObject({ owner: 'ada' })
  })

  it.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])('accepts keys for %s', async (alg) => {
    const { privateKey, publicKey } = await keyPair(alg)
    const other = (await keyPair('ES256')).publicKey
    const token = await uploadToken({ audience: AUDIENCE, owner: 'ada', privateKey })
    for (const given of [publicKey, [other, publicKey], `${other}${publicKey}`])
      expect(await open(token, { publicKey: given })).toMatchObject({ owner: 'ada' })
    const inOneLine = publicKey.replaceAll('\n', '\\n')
    expect(await open(token, { publicKey: inOneLine })).toMatchObject({ owner: 'ada' })
    await expect(open(token, { publicKey: other })).rejects.toMatchObject({
      message: 'the token is not valid here',
    })
  })

  it('accepts keys from a key set, and reports that it is not available', async () => {
    const issuer = await startIssuer()
    onTestFinished(() => void issuer.close())
    const jwksUri = `${issuer.url}/jwks.json`
    const privateKey = await exportPKCS8(issuer.privateKey)
    const token = await uploadToken({
      ...{ audience: AUDIENCE, owner: 'ada' },
      privateKey,
      keyId: 'k1',
    })
    expect(await open(token, { jwksUri })).toMatchObject({ owner: 'ada' })
    issuer.answers({ status: 500, body: '' })
    await expect(open(token, { jwksUri })).rejects.toMatchObject({ code: 'SIGNER_UNAVAILABLE' })
  })

  it('works as authorize of a signer, whose rules it narrows', async () => {
    const authorize = tokenAuthorize({ secret: SECRET, audience: AUDIENCE })
    const signer = signerFor({ video: VIDEO_LIMITS }, { authorize })
    const headers = async (only: UploadLimits) => ({
      authorization: `Bearer ${await uploadToken({ ...ADA, only, now: () => new Date() })}`,
    })
    const key = expect.stringMatching(/^ada\//)
    expect(await createOne(signer, FILE, await headers({ keyPrefix: 'ada/' }))).toMatchObject({
      key,
    })
    expect(await createOne(signer, FILE, await headers({ maxSize: 9 }))).toMatchObject({
      error: { code: 'FILE_TOO_LARGE' },
    })
    expect((await get(signer)).status).toBe(401)
  })

  it('checks the token of a request once, however many rules the request concerns', async () => {
    const secret = vi.fn(() => SECRET)
    const authorize = tokenAuthorize({ secret, audience: AUDIENCE })
    const signer = signerFor({ a: VIDEO_LIMITS, b: VIDEO_LIMITS, c: VIDEO_LIMITS }, { authorize })
    for (const owner of ['ada', 'bob']) {
      const token = await uploadToken({ ...ADA, owner })
      const headers = { authorization: `Bearer ${token}` }
      const request = { method: 'GET', path: '/rules', query: {}, headers }
      expect(Object.keys(JSON.parse((await signer.handle(request)).body).rules)).toHaveLength(3)
    }
    expect(secret).toHaveBeenCalledTimes(2)
  })

  const pem = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'
  it.each<[object, RegExp]>([
    [{ secret: undefined }, /^expected one of secret, publicKey and jwksUri, but none is set$/],
    [{ publicKey: pem }, /but secret and publicKey is set$/],
    [{ secret: 'short' }, /^secret is 5 characters, expected at least 32 random characters/],
    [{ secret: [] }, /^expected one|^secret is missing/],
    [{ secret: `${pem}${pem}` }, /^secret is a key in PEM/],
    [{ secret: undefined, publicKey: 'x' }, /^publicKey is no PEM, expected/],
    [
      { secret: undefined, publicKey: pem.replaceAll('PUBLIC', 'PRIVATE') },
      /is "PRIVATE KEY", exp/,
    ],
    [{ secret: undefined, jwksUri: 'keys.json' }, /^jwksUri is "keys\.json", expected a URL$/],
    [{ audience: '' }, /^audience is 0 characters/],
    [{ audience: undefined }, /^audience is missing, expected text$/],
    [{ issuer: 7 }, /^issuer is 7, expected text$/],
  ])('rejects %j', (options, message) => {
    const all = { secret: SECRET, audience: AUDIENCE, ...options }
    expect(() => tokenAuthorize(all)).toThrow(message)
  })

  it('is a failure of the application, not of the token, if a key cannot be used', async () => {
    const token = await uploadToken(ADA)
    const { publicKey: weak } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const weakPem = String(weak.export({ format: 'pem', type: 'spki' }))
    for (const publicKey of [pem, weakPem])
      await expect(open(token, { publicKey })).rejects.toThrow(TypeError)
    await expect(open(token, { secret: () => 'short' })).rejects.toThrow(
      /^the secret of tokenAuthorize is not available: secret is 5 characters, expected/,
    )
  })
})

describe('uploadToken', () => {
  it.each<[Partial<UploadTokenOptions>, RegExp]>([
    [{ secret: undefined }, /^expected secret or privateKey, but neither is set$/],
    [{ privateKey: 'x' }, /but both is set$/],
    [
      { secret: undefined, privateKey: 'x' },
      /^privateKey is no PEM, expected .* PRIVATE KEY-----$/,
    ],
    [{ secret: 'short' }, /^secret is 5 characters/],
    [{ owner: '' }, /^owner is 0 characters, expected 1 to 255$/],
    [{ owner: 7 as unknown as string }, /^owner is 7, expected text$/],
    [{ audience: '' }, /^audience is 0 characters/],
    [{ expiresInSeconds: 0 }, /^expiresInSeconds is 0, expected a whole number from 1 to 86400$/],
    [{ expiresInSeconds: 86_401 }, /^expiresInSeconds is 86401/],
    [{ only: { maxSize: -1 } }, /^only\.maxSize is '-1'/],
    [{ only: { sizes: 5 } as UploadLimits }, /^only has "sizes", expected only rules, maxSize, /],
    [{ scope: 'page' as 'backend' }, /^scope is "page", expected 'backend' or none$/],
  ])('rejects %j', async (options, message) => {
    await expect(uploadToken({ ...ADA, ...options })).rejects.toThrow(message)
  })
})
