/**
 * The SHA-256 of a file in parts: S3 keeps none, and only arrival compares it, up to a size.
 *
 * @module
 */

import { FILE, MIB, RULES, SHA256 } from '@waybill/test-support/film'
import { signerOf, startStorage } from '@waybill/test-support/signer-storage'
import { createOne, signerFor } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'

const LARGEST = { ...FILE, size: 64 * MIB, sha256: SHA256 }
const LARGER = { ...LARGEST, size: 64 * MIB + 1 }

describe('create with the SHA-256 of a multipart file', () => {
  it('accepts it up to 64 MiB', async () => {
    const signer = signerOf(await startStorage(), RULES)
    expect(await createOne(signer, LARGEST)).toMatchObject({ strategy: 'multipart' })
  })

  it('rejects it above that, and says what to send instead', async () => {
    expect(await createOne(signerFor(RULES), LARGER)).toMatchObject({
      error: {
        code: 'REQUEST_INVALID',
        message:
          'sha256 of a file in parts is compared up to 67108864 bytes, the file is 67108865: ' +
          'leave it out, and send crc64nvme with complete',
      },
    })
  })

  it('accepts such a file without it', async () => {
    const signer = signerOf(await startStorage(), RULES)
    const { sha256: _none, ...file } = LARGER
    expect(await createOne(signer, file)).toMatchObject({ strategy: 'multipart' })
  })

  it('accepts it for an equally large file that goes in one request', async () => {
    const signer = signerFor(RULES, { multipartThreshold: '1 GiB' })
    expect(await createOne(signer, LARGER)).toMatchObject({ strategy: 'post' })
  })
})
