/**
 * The SHA-256 of a file that goes in parts, of which S3 keeps none of the whole: arrival reads the object and compares.
 *
 * @module
 */

import { begin, complete, crc64Of, MIB, SMALL } from '@waybill/test-support/film'
import { sha256Of } from '@waybill/test-support/sha256-of'
import { bytesOf, sendParts, signerOf, startStorage } from '@waybill/test-support/signer-storage'
import { createOne, SECRET } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { type ArrivedObject, createArrival, readObjectEvent } from 'waybill/arrival'

const RULES = {
  any: { types: ['application/octet-stream'], maxSize: '1 GiB', public: true },
} as const
const BYTES = bytesOf(6 * MIB)
const FILE = { name: 'a.bin', type: 'application/octet-stream', size: BYTES.length }

async function verdictFor(sha256: string) {
  const s3 = await startStorage()
  const landed: ArrivedObject[] = []
  s3.onObjectCreated((event) => landed.push(readObjectEvent(event)))
  const signer = signerOf(s3, RULES, SMALL)
  const grant = await begin(signer, { ...FILE, sha256 })
  await sendParts(grant, BYTES)
  const answer = await complete(signer, grant, { crc64nvme: await crc64Of(BYTES) })
  const { region, endpoint, credentials } = s3
  const place = { bucket: 'uploads', region, endpoint, credentials }
  const [object] = landed
  if (!object) throw new Error('nothing has landed')
  const verdict = await createArrival({ ...place, secret: SECRET }).judge(object)
  return { answer: JSON.parse(answer.body), verdict }
}

describe('the SHA-256 of a multipart upload', () => {
  it('is compared by arrival, and complete reports what it compared instead', async () => {
    const { answer, verdict } = await verdictFor(await sha256Of(BYTES))
    expect(answer.verifiedBy).toBe('CRC64NVME')
    expect(verdict).toMatchObject({ verdict: 'verified' })
  })

  it('makes arrival reject an object with a different one', async () => {
    const { verdict } = await verdictFor(await sha256Of('another file'))
    expect(verdict).toMatchObject({ verdict: 'rejected', reason: 'checksum-differs' })
  })

  it('is refused for files that are too large for arrival to read', async () => {
    const signer = signerOf(await startStorage(), RULES)
    const sha256 = await sha256Of(BYTES)
    const most = 64 * MIB
    expect(await createOne(signer, { ...FILE, size: most, sha256 })).toHaveProperty('waybill')
    expect(await createOne(signer, { ...FILE, size: most + 1, sha256 })).toMatchObject({
      error: {
        code: 'REQUEST_INVALID',
        message: expect.stringContaining(`up to ${most} bytes, the file is ${most + 1}`),
      },
    })
    expect(await createOne(signer, { ...FILE, size: most + 1 })).toHaveProperty('waybill')
  })
})
