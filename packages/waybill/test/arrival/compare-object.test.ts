import { createHash } from 'node:crypto'
import { MP4, PNG } from '@waybill/test-support/samples'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { compareObject } from '../../src/arrival/compare-object.ts'
import { type Waybill, WaybillUnreadable } from '../../src/seal/waybill.ts'
import type { StoredObject } from '../../src/storage/objects.ts'

const KEY = 'files/a.png'
const MIB = 1024 ** 2
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64')

const WAYBILL: Waybill = {
  rule: 'any',
  key: KEY,
  size: { min: PNG.length, max: PNG.length },
  type: 'image/png',
  strategy: 'post',
  name: 'a.png',
  id: '',
  metadata: {},
  grantedAt: new Date(0),
  expiration: new Date(0),
}
const HEAD: StoredObject = {
  size: PNG.length,
  etag: '"e"',
  type: 'image/png',
  waybill: 'sealed',
  lastModified: 'Thu, 01 Jan 1970 00:00:00 GMT',
}

interface Given {
  readonly head?: Partial<StoredObject>
  readonly waybill?: Partial<Waybill>
  readonly bytes?: Uint8Array
}

/** @returns What was found, and the length of each read. */
async function judged({ head = {}, waybill = {}, bytes = PNG }: Given) {
  const reads: number[] = []
  const { rejection } = await compareObject(
    KEY,
    { ...HEAD, ...head },
    { open: async () => ({ ...WAYBILL, ...waybill }) },
    async (length) => {
      reads.push(length)
      return bytes.subarray(0, length)
    },
  )
  return { rejection, reads }
}

const LONG = 'x'.repeat(101)

describe('compareObject', () => {
  it('finds nothing wrong with an object as signed, and returns the waybill', async () => {
    const seal = { open: async () => WAYBILL }
    expect(await compareObject(KEY, HEAD, seal, async () => PNG)).toStrictEqual({
      waybill: WAYBILL,
    })
  })

  it('reads nothing of an object without a waybill', async () => {
    const { waybill: _none, ...head } = HEAD
    const never = async () => Promise.reject(new Error('it was read'))
    expect(await compareObject(KEY, head, { open: never }, never)).toStrictEqual({
      rejection: {
        reason: 'no-waybill',
        message: 'it carries no waybill: it was put into the bucket around the signer',
      },
    })
    const forged = async () => Promise.reject(new UploadError('WAYBILL_INVALID', 'not sealed'))
    expect(await compareObject(KEY, HEAD, { open: forged }, never)).toStrictEqual({
      rejection: {
        reason: 'waybill-invalid',
        message: 'its waybill was not sealed by this signer',
      },
    })
  })

  it('neither accepts nor rejects what another version or a retired secret sealed', async () => {
    const unreadable = new WaybillUnreadable('sealed elsewhere')
    const open = async () => Promise.reject(unreadable)
    const never = async () => Promise.reject(new Error('it was read'))
    expect(await compareObject(KEY, HEAD, { open }, never)).toStrictEqual({ unreadable })
  })

  it('fails if unsealing itself fails', async () => {
    const failure = new Error('no cryptography')
    const open = async () => Promise.reject(failure)
    await expect(compareObject(KEY, HEAD, { open }, async () => PNG)).rejects.toBe(failure)
  })

  const MESSAGES = {
    'waybill-of-another': 'its waybill was sealed for another object',
    'size-differs': 'its size is not the one that was signed: ',
    'type-differs': 'its content type is not the one that was signed: ',
    'checksum-differs': 'its SHA-256 is not the one that was signed: ',
  }
  const CUT = LONG.slice(1)
  const { length } = PNG

  it.each<[string, Given, keyof typeof MESSAGES, string]>([
    ["another object's waybill", { waybill: { key: 'files/b.png' } }, 'waybill-of-another', ''],
    [
      'a byte too much',
      { head: { size: length + 1 } },
      'size-differs',
      `${length + 1} bytes, signed for ${length}`,
    ],
    [
      'a byte too few for a range',
      { head: { size: 9 }, waybill: { size: { min: 10, max: 20 } } },
      'size-differs',
      '9 bytes, signed for 10 to 20',
    ],
    [
      'an encoding',
      { head: { encoding: LONG } },
      'type-differs',
      `${CUT} encoding, signed without`,
    ],
    [
      'a disposition',
      { head: { disposition: LONG } },
      'type-differs',
      `${CUT} disposition, signed without`,
    ],
    ['another type', { head: { type: LONG } }, 'type-differs', `${CUT}, signed as image/png`],
    [
      'another SHA-256 that S3 keeps',
      { head: { sha256: 'kept' }, waybill: { sha256: 'signed' } },
      'checksum-differs',
      'kept, signed signed',
    ],
  ])('rejects %s, and reads at most one byte of it', async (_what, given, reason, end) => {
    // The answer to the read confirms the size.
    const reads = reason === 'size-differs' ? [1] : []
    const message = `${MESSAGES[reason]}${end}`
    expect(await judged(given)).toEqual({ rejection: { reason, message }, reads })
  })

  it('accepts both ends of a size range', async () => {
    const smallest = { waybill: { size: { min: length, max: length + 9 } } }
    const largest = { waybill: { size: { min: length - 9, max: length } } }
    expect((await judged(smallest)).rejection).toBeUndefined()
    expect((await judged(largest)).rejection).toBeUndefined()
  })

  it('compares types without their parameters', async () => {
    const given = { head: { type: 'image/PNG; a=b' }, waybill: { type: 'image/png;c=d' } }
    expect((await judged(given)).rejection).toBeUndefined()
  })

  it('reads the whole object to hash it if S3 has no SHA-256', async () => {
    const right = await judged({ waybill: { sha256: sha256(PNG) } })
    expect(right).toEqual({ rejection: undefined, reads: [PNG.length, PNG.length] })
    const wrong = await judged({ waybill: { sha256: sha256(MP4) } })
    const message = `its SHA-256 is not the one that was signed: ${sha256(PNG)}, signed ${sha256(MP4)}`
    expect(wrong.rejection).toEqual({ reason: 'checksum-differs', message })
  })

  it('reads at most 64 MiB for a hash', async () => {
    const at = (size: number) =>
      judged({ head: { size }, waybill: { sha256: 's', size: { min: size, max: size } } })
    expect((await at(64 * MIB)).reads).toEqual([64 * MIB])
    expect(await at(64 * MIB + 1)).toEqual({
      rejection: {
        reason: 'checksum-differs',
        message: 'its SHA-256 is not the one that was signed: S3 keeps none, signed s',
      },
      reads: [],
    })
  })

  it("knows an empty object's SHA-256 and content without reading it", async () => {
    const empty = { head: { size: 0, type: 'text/plain' } }
    const waybill = { type: 'text/plain', size: { min: 0, max: 0 } }
    const hash = sha256(new Uint8Array())
    expect(await judged({ ...empty, waybill: { ...waybill, sha256: hash } })).toEqual({
      rejection: undefined,
      reads: [],
    })
  })

  it('reads the beginning of the object to check its content', async () => {
    const size = 10 * MIB
    const waybill = { size: { min: size, max: size } }
    const large = await judged({ head: { size }, waybill })
    expect(large).toEqual({ rejection: undefined, reads: [64 * 1024] })
    const forged = await judged({ head: { size }, waybill, bytes: MP4 })
    expect(forged.rejection).toEqual({
      reason: 'content-differs',
      message: 'its bytes are of another type than the signed one: video/mp4, signed as image/png',
    })
  })

  it('reads a whole MiB of an SVG', async () => {
    const type = 'image/svg+xml'
    const size = 2 * MIB
    const given = { head: { size, type }, waybill: { type, size: { min: size, max: size } } }
    expect(await judged(given)).toMatchObject({ reads: [MIB] })
  })
})
