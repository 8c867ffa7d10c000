import { SHA256 } from '@waybill/test-support/film'
import { signerOf, startStorage } from '@waybill/test-support/signer-storage'
import { createPost, post } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { signRequest } from 'waybill-s3'
import { parseWaybill } from '../../../src/seal/waybill.ts'
import { verifyObject } from '../../../src/signer/complete/verify-object.ts'

const SEALED = 'header..iv.ciphertext.tag'
const OBJECT = { size: 5, type: 'image/png', etag: '"e"', waybill: SEALED }
const HASHES = { sha256: 'hash of the file', crc64nvme: 'crc of the file' }

/** @param s - The size, or the smallest and the largest. */
function waybillOf({ s = 5 as unknown, g = 0, h = undefined as string | undefined } = {}) {
  return parseWaybill(
    JSON.stringify({ v: 1, a: 1, r: 'image', k: 'a.png', t: 'image/png', x: 1, s, g, h }),
  )
}

function mismatch(message: string): UploadError {
  return new UploadError('OBJECT_MISMATCH', message)
}

describe('verifyObject', () => {
  it('accepts the object as signed', () => {
    expect(verifyObject(OBJECT, waybillOf(), SEALED)).toEqual({ verifiedBy: 'size' })
    expect(verifyObject({ ...OBJECT, type: 'Image/PNG' }, waybillOf(), SEALED)).toEqual({
      verifiedBy: 'size',
    })
  })

  it.each([undefined, '', `${SEALED}~code`])('rejects one with the waybill %j', (waybill) => {
    const { waybill: _, ...bare } = OBJECT
    const object = waybill === undefined ? bare : { ...bare, waybill }
    expect(() => verifyObject(object, waybillOf(), SEALED)).toThrow(
      mismatch('object was not stored with this waybill'),
    )
  })

  it.each([
    [4, 5, '5'],
    [6, 5, '5'],
    [2, [3, 7], '3 to 7'],
    [8, [3, 7], '3 to 7'],
    [Number.NaN, 5, '5'],
  ])('rejects %d bytes if %j were signed', (size, s, expected) => {
    expect(() => verifyObject({ ...OBJECT, size }, waybillOf({ s }), SEALED)).toThrow(
      mismatch(`object is ${size} bytes, ${expected} were signed`),
    )
  })

  it.each([3, 5, 7])('accepts %d bytes if 3 to 7 were signed', (size) => {
    expect(verifyObject({ ...OBJECT, size }, waybillOf({ s: [3, 7] }), SEALED)).toEqual({
      verifiedBy: 'size',
    })
  })

  it('rejects another type', () => {
    expect(() => verifyObject({ ...OBJECT, type: 'text/html' }, waybillOf(), SEALED)).toThrow(
      mismatch('object is of another type than image/png, which was signed'),
    )
  })

  it.each([
    [{ encoding: 'gzip' }, 'object has a Content-Encoding, none was signed'],
    [{ disposition: 'inline' }, 'object has a Content-Disposition, none was signed'],
  ])('rejects %j with a presigned PUT, whose other headers are not signed', (header, message) => {
    const object = { ...OBJECT, ...header }
    expect(() => verifyObject(object, waybillOf({ g: 1 }), SEALED)).toThrow(mismatch(message))
    expect(verifyObject(object, waybillOf(), SEALED)).toEqual({ verifiedBy: 'size' })
  })

  it('compares the signed SHA-256, or else the CRC from the call', () => {
    const object = { ...OBJECT, ...HASHES }
    const { sha256, crc64nvme } = HASHES
    expect(verifyObject(object, waybillOf({ h: sha256 }), SEALED, 'other')).toEqual({
      ...{ verifiedBy: 'SHA256', checksum: { algorithm: 'SHA256', value: sha256 } },
    })
    expect(verifyObject(object, waybillOf(), SEALED, crc64nvme)).toEqual({
      ...{ verifiedBy: 'CRC64NVME', checksum: { algorithm: 'CRC64NVME', value: crc64nvme } },
    })
    expect(() => verifyObject(object, waybillOf({ h: 'other' }), SEALED, crc64nvme)).toThrow(
      new UploadError('CHECKSUM_MISMATCH', `object has the SHA256 ${sha256}, expected other`),
    )
    expect(() => verifyObject(object, waybillOf(), SEALED, 'other')).toThrow(
      new UploadError('CHECKSUM_MISMATCH', `object has the CRC64NVME ${crc64nvme}, expected other`),
    )
    expect(verifyObject(OBJECT, waybillOf({ h: sha256 }), SEALED, crc64nvme)).toEqual({
      verifiedBy: 'size',
    })
  })
})

describe('an object that someone else has stored under the key', () => {
  it.each([
    ['without the waybill', {}, 'a'],
    ['with it, of another size', { 'x-amz-meta-waybill': 'its own' }, 'longer'],
    ['with it, of another type', { 'x-amz-meta-waybill': 'its own', 'content-type': 'b/c' }, 'a'],
  ])('%s does not complete the upload', async (_, own, content) => {
    const s3 = await startStorage()
    const rule = { types: ['image/png'], maxSize: 9, public: true } as const
    const signer = signerOf(s3, { image: rule })
    const { key, waybill, presignedPost } = await createPost(signer, {
      ...{ name: 'a.png', size: 1, type: 'image/png', sha256: SHA256 },
    })
    const sealed = presignedPost.fields['x-amz-meta-waybill'] ?? ''
    const headers = Object.fromEntries(
      Object.entries({ 'content-type': 'image/png', ...own }).map(([name, value]) => [
        ...[name, value === 'its own' ? sealed : value],
      ]),
    )
    const { region, endpoint, credentials } = s3
    const where = { bucket: 'uploads', key, region, endpoint, credentials }
    const request = await signRequest({ ...where, method: 'PUT', headers })
    const put = await fetch(request.url, { ...request, method: 'PUT', body: content })
    expect(put.status).toBe(200)
    const { status, body } = await post(signer, '/complete', { waybill })
    expect([status, JSON.parse(body)]).toMatchObject([409, { error: { code: 'OBJECT_MISMATCH' } }])
  })
})
