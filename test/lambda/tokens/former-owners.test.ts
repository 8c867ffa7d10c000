/**
 * Uploads that began while the bare subject of a token owned them, at a signer for which `<iss>#<sub>` does.
 *
 * @module
 */

import { CompactEncrypt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SignerRequest, UploadRules } from 'waybill'
import { lambdaHandler } from 'waybill/lambda'
import { createSeal } from '../../../src/signer/waybill/seal.ts'
import { functionUrlEvent } from '../events.ts'
import { AUDIENCE, type Issuer, startIssuer, tokenOf } from './token-issuer.ts'

const SECRET = 'a secret of more than thirty-two characters'
const MIB = 1024 ** 2
const KEY = 'AbCdEfGhIjKlMnOpQrStUv/a.mp4'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.close())

/** As the first signers sealed them. */
async function version1(owner: string): Promise<string> {
  const { subtle } = crypto
  const bytes = new TextEncoder()
  const material = await subtle.importKey('raw', bytes.encode(SECRET), 'HKDF', false, [
    'deriveBits',
  ])
  const info = bytes.encode('waybill seal 1\nuploads')
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  const key = new Uint8Array(await subtle.deriveBits(how, material, 256))
  const x = Math.floor(Date.now() / 1000) + 600
  const size = { s: 20 * MIB, g: 2, p: 5 * MIB }
  const text = JSON.stringify({ v: 1, r: 'video', o: owner, k: KEY, t: 'video/mp4', ...size, x })
  return new CompactEncrypt(bytes.encode(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(key)
}

async function version2(owner: string): Promise<string> {
  const seal = createSeal(SECRET, { bucket: 'uploads', region: 'eu-west-1' })
  const sealed = await seal.seal({
    rule: 'video',
    owner,
    key: KEY,
    size: { min: 20 * MIB, max: 20 * MIB },
    type: 'video/mp4',
    strategy: 'multipart',
    partSize: 5 * MIB,
    name: 'a.mp4',
    id: 'AbCdEfGhIjKlMnOpQrStUv',
    metadata: {},
    grantedAt: new Date(),
    expiration: new Date(Date.now() + 600_000),
  })
  return seal.present(sealed)
}

/** Asks for the signatures of parts, which needs no S3. */
async function ask(
  waybill: string,
  authorize?: (request: SignerRequest) => object,
): Promise<string> {
  const video = { types: ['video/mp4'], maxSize: '1 GiB' }
  const handler = lambdaHandler({
    onError: () => {},
    rules: { video: { ...video, ...(authorize ? { authorize } : {}) } } as UploadRules,
    environment: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'k',
      WAYBILL_BUCKET: 'uploads',
      WAYBILL_SECRET: SECRET,
      WAYBILL_AUTH: 'jwt',
      WAYBILL_JWT_ISSUER: issuer.url,
      WAYBILL_JWT_AUDIENCE: AUDIENCE,
    },
  })
  const { statusCode, body } = await handler(
    functionUrlEvent({
      method: 'POST',
      path: '/parts',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await tokenOf(issuer, { sub: 'user-7' })}`,
      },
      body: JSON.stringify({ waybill, uploadId: 'upload', from: 1, count: 2 }),
    }),
  )
  return statusCode === 200 ? 'signed' : JSON.parse(body).error.code
}

describe('an upload of a bare subject', () => {
  it('goes on for the bearer of a token with this subject', async () => {
    expect(await ask(await version1('user-7'))).toBe('signed')
  })

  it("goes on where a rule's own authorize names no owner, or the caller", async () => {
    const waybill = await version1('user-7')
    expect(await ask(waybill, () => ({ plan: 'gold' }))).toBe('signed')
    expect(await ask(waybill, ({ caller }) => ({ owner: caller?.owner }))).toBe('signed')
  })

  it('is of no bearer of another subject', async () => {
    expect(await ask(await version1('user-8'))).toBe('WAYBILL_NOT_YOURS')
    expect(await ask(await version1(`${issuer.url}#user-8`))).toBe('WAYBILL_NOT_YOURS')
  })

  it("is not the caller's where a rule's own authorize names another owner", async () => {
    const authorize = () => ({ owner: 'team-1' })
    expect(await ask(await version1('user-7'), authorize)).toBe('WAYBILL_NOT_YOURS')
    expect(await ask(await version1('team-1'), authorize)).toBe('signed')
  })

  it('is of version 1: the name of an owner alone opens no newer one', async () => {
    expect(await ask(await version2('user-7'))).toBe('WAYBILL_NOT_YOURS')
    expect(await ask(await version2(`${issuer.url}#user-7`))).toBe('signed')
  })
})
