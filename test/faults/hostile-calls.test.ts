/**
 * Callers who present what is not theirs, or not whole: each is refused with its own code, nothing is stored, and
 * the upload of the one whose waybill it is goes on undisturbed.
 *
 * @module
 */

import { seededFile } from '@waybill/test-support/seeded-file'
import { type System, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import type { CompleteResponse, CreateResponse, MultipartGrant } from 'waybill'
import { partUrl } from 'waybill-s3'

const MIB = 1024 ** 2
const file = seededFile('film.mp4', 17 * MIB, 1)

async function call(
  { endpoint }: System,
  owner: string,
  path: string,
  body: object,
): Promise<CallAnswer> {
  const response = await fetch(`${endpoint}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-owner': owner },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return text === '' ? {} : JSON.parse(text)
}

/** Whatever the signer may answer. */
type CallAnswer = Partial<CreateResponse & CompleteResponse & MultipartGrant['parts']> & {
  readonly error?: { readonly code: string }
}

async function begin(system: System, owner: string, folder = owner): Promise<MultipartGrant> {
  const { name, size, type } = file
  const metadata = { folder }
  const files = [{ name, size, type, metadata }]
  const { uploads } = await call(system, owner, '', { files })
  const grant = uploads?.[0]
  if (!grant || 'error' in grant || grant.strategy !== 'multipart') {
    throw new Error(`expected a multipart grant, got ${JSON.stringify(grant)}`)
  }
  return grant
}

function partOf({ partSize }: MultipartGrant, number: number): Blob {
  return file.slice((number - 1) * partSize, number * partSize)
}

async function sendPart(grant: MultipartGrant, number: number, body: Blob): Promise<Response> {
  const window = { ...grant.parts, expiration: new Date(grant.parts.expiration) }
  const response = await fetch(partUrl(window, number), {
    method: 'PUT',
    headers: window.headers,
    body,
  })
  return response
}

const partCountOf = ({ partSize }: MultipartGrant) => Math.ceil(file.size / partSize)

const reference = ({ waybill, uploadId }: MultipartGrant) => ({ waybill, uploadId })

async function sendAllParts(grant: MultipartGrant): Promise<void> {
  for (let number = 1; number <= partCountOf(grant); number += 1) {
    const response = await sendPart(grant, number, partOf(grant, number))
    await response.text()
    expect(response.status).toBe(200)
  }
}

/** B's upload can still be completed, and is the only object there is. */
async function expectUnharmed(system: System, grant: MultipartGrant): Promise<void> {
  await sendAllParts(grant)
  const done = await call(system, 'b', '/complete', reference(grant))
  expect(done).toMatchObject({ key: 'b/film.mp4', size: file.size })
  expect(system.completed).toEqual(['b/film.mp4'])
}

const CALLS: readonly (readonly [path: string, more: object])[] = [
  ['/parts', { from: 1, count: 1 }],
  ['/list', {}],
  ['/complete', {}],
  ['/abort', {}],
]

describe("somebody else's waybill", () => {
  it('is rejected on every call, and the upload continues', async () => {
    const system = await startSystem()
    const grant = await begin(system, 'b')
    for (const [path, more] of CALLS) {
      const { error } = await call(system, 'a', path, { ...reference(grant), ...more })
      expect([path, error?.code]).toEqual([path, 'WAYBILL_NOT_YOURS'])
    }
    await expectUnharmed(system, grant)
  })
})

describe('an invalid waybill', () => {
  it('is rejected on every call, whether forged, truncated or invented', async () => {
    const system = await startSystem()
    const grant = await begin(system, 'b')
    const { waybill } = grant
    const middle = Math.floor(waybill.length / 2)
    const changed = waybill[middle] === 'A' ? 'B' : 'A'
    const forged = `${waybill.slice(0, middle)}${changed}${waybill.slice(middle + 1)}`
    for (const bad of [forged, waybill.slice(0, -10), 'invented', `${waybill}.more`]) {
      for (const [path, more] of CALLS) {
        const body = { ...reference(grant), waybill: bad, ...more }
        const { error } = await call(system, 'b', path, body)
        expect([path, error?.code]).toEqual([path, 'WAYBILL_INVALID'])
      }
    }
    await expectUnharmed(system, grant)
  })

  it('is rejected if it was sealed with another secret', async () => {
    const system = await startSystem()
    const secret = 'another secret, just as long as the first'
    const grant = await begin(await startSystem({ signer: { secret } }), 'b')
    const { error } = await call(system, 'b', '/list', reference(grant))
    expect(error?.code).toBe('WAYBILL_INVALID')
  })

  it('is rejected if it has expired', async () => {
    let now = new Date()
    const system = await startSystem({
      now: () => now,
      signer: { waybillExpiresInSeconds: 3600 },
    })
    const grant = await begin(system, 'b')
    await sendAllParts(grant)
    now = new Date(now.getTime() + 3_601_000)
    for (const [path, more] of CALLS) {
      const { error } = await call(system, 'b', path, { ...reference(grant), ...more })
      expect([path, error?.code]).toEqual([path, 'WAYBILL_EXPIRED'])
    }
    expect(system.completed).toEqual([])
  })
})

describe('a part that was not granted', () => {
  it('is not signed beyond the last one, nor beyond 10,000', async () => {
    const system = await startSystem()
    const grant = await begin(system, 'b')
    for (const from of [partCountOf(grant) + 1, 10_000, 10_001]) {
      const { error } = await call(system, 'b', '/parts', { ...reference(grant), from, count: 1 })
      expect([from, error?.code]).toEqual([from, 'PART_NUMBER_INVALID'])
    }
    await expectUnharmed(system, grant)
  })

  it.each([1, -1])('is rejected by the storage if its length differs by %i', async (by) => {
    const system = await startSystem()
    const grant = await begin(system, 'b')
    const wrong = file.slice(0, grant.partSize + by)
    const response = await sendPart(grant, 1, wrong)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('<Code>SignatureDoesNotMatch</Code>')
    const { error } = await call(system, 'b', '/complete', reference(grant))
    expect(error?.code).toBe('UPLOAD_INCOMPLETE')
    await expectUnharmed(system, grant)
  })
})

describe("somebody else's upload id", () => {
  it.each([
    ['of another key', 'a'],
    ['of the same key', 'b'],
  ])(
    'is rejected with the waybill of an upload %s, and the upload continues',
    async (_, folder) => {
      const system = await startSystem()
      const own = await begin(system, 'a', folder)
      const other = await begin(system, 'b')
      await sendPart(other, 1, partOf(other, 1))
      for (const [path, more] of CALLS) {
        const body = { waybill: own.waybill, uploadId: other.uploadId, ...more }
        const { error } = await call(system, 'a', path, body)
        expect([path, error?.code]).toEqual([path, 'WAYBILL_INVALID'])
      }
      const many = { uploads: [{ waybill: own.waybill, uploadId: other.uploadId }] }
      const { uploads } = await call(system, 'a', '/complete', many)
      expect(uploads).toMatchObject([{ error: { code: 'WAYBILL_INVALID' } }])
      await expectUnharmed(system, other)
    },
  )
})
