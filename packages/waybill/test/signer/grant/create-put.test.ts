/**
 * `POST B` with strategy `put`: which headers are signed.
 *
 * @module
 */

import { createOne, FILE, signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'

async function grantPut(file: object, options: object = {}) {
  const signer = signerFor({ video: VIDEO_RULE }, { singleRequest: 'put', ...options })
  const grant = await createOne(signer, file)
  if (!('strategy' in grant) || grant.strategy !== 'put') throw new Error(JSON.stringify(grant))
  return { ...grant, signed: new URL(grant.url).searchParams.get('X-Amz-SignedHeaders') }
}

const ALWAYS = 'content-length;content-type;host;if-none-match'

describe('create with strategy put', () => {
  it("signs the client's SHA-256", async () => {
    const { signed, headers } = await grantPut(FILE)
    expect(signed).toBe(`${ALWAYS};x-amz-checksum-sha256;x-amz-meta-waybill`)
    expect(headers).toMatchObject({ 'x-amz-checksum-sha256': FILE.sha256 })
  })

  it('signs no checksum if the client sends none', async () => {
    const { sha256: _none, ...file } = FILE
    const { signed } = await grantPut(file)
    expect(signed).toBe(`${ALWAYS};x-amz-meta-waybill`)
  })

  it('signs no checksum if the store does not support it', async () => {
    const { signed, headers } = await grantPut(FILE, { additionalChecksums: false })
    expect(signed).toBe(`${ALWAYS};x-amz-meta-waybill`)
    expect(headers).not.toHaveProperty('x-amz-checksum-sha256')
  })
})
