/**
 * Receipts as `complete` makes them, read by the signer and by a server that has only a key, over a
 * real S3 with versioning.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { UploadErrorCode } from 'waybill'
import { deriveReceiptKey, readReceipt, type Signer, type SignerOptions } from 'waybill/signer'
import { createOne, post, SECRET } from '../../support/signing.ts'
import { askStorage, signerOf, startStorage } from '../complete/storage.ts'

const VERSIONING =
  '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>'
const TEXT = 'the lease of a flat, signed'
const SHA256 = createHash('sha256').update(TEXT).digest('base64')
const FILE = { name: 'lease ü.txt', size: TEXT.length, type: 'text/plain', sha256: SHA256 }
const ADA = { 'x-user': 'ada' }
const OTHER_SECRET = 'another-seal-secret-0123456789abcdefghij'

const RULES = {
  document: {
    types: ['text/plain'],
    maxSize: '1 MiB',
    authorize: ({ headers }: { headers: Readonly<Record<string, string>> }) =>
      headers['x-user'] ? { owner: headers['x-user'] } : false,
  },
  guest: { types: ['text/plain'], maxSize: '1 MiB', public: true },
} as const

async function setUp(options: Partial<SignerOptions<typeof RULES>> = {}) {
  const s3 = await startStorage()
  await askStorage(s3, 'PUT', undefined, { versioning: '' }, VERSIONING)
  const clock = { now: new Date() }
  const signer = signerOf(s3, RULES, { effects: { now: () => clock.now }, ...options })
  return { s3, signer, clock }
}

/** Uploads the file, completes it, and returns the answer. */
async function upload(
  signer: Pick<Signer, 'handle'>,
  rule: 'document' | 'guest' = 'document',
  headers: Readonly<Record<string, string>> = ADA,
) {
  const grant = await createOne(signer, { ...FILE, metadata: { flat: '7' } }, headers, rule)
  if ('error' in grant || grant.strategy !== 'post') throw new Error(JSON.stringify(grant))
  const form = new FormData()
  for (const [name, value] of Object.entries(grant.presignedPost.fields)) form.append(name, value)
  form.append('file', new Blob([TEXT]))
  expect((await fetch(grant.presignedPost.url, { method: 'POST', body: form })).status).toBe(204)
  const complete = async () => {
    const { body } = await post(signer, '/complete', { waybill: grant.waybill }, headers)
    return JSON.parse(body)
  }
  return { grant, complete, answer: await complete() }
}

function code(code: UploadErrorCode) {
  return expect.objectContaining({ name: 'UploadError', code })
}

describe('the receipt of a completed upload', () => {
  it('says what was stored, of which file and by whom', async () => {
    const { signer, clock } = await setUp()
    const { answer } = await upload(signer)
    const { confirm, ...receipt } = await signer.readReceipt(answer.receipt, { owner: 'ada' })
    expect(receipt).toEqual({
      ...{ bucket: 'uploads', key: answer.key, versionId: answer.versionId, rule: 'document' },
      ...{ size: TEXT.length, type: 'text/plain', etag: answer.etag, owner: 'ada' },
      checksum: { algorithm: 'SHA256', value: SHA256 },
      ...{ name: FILE.name, id: expect.stringMatching(/^[\w-]{22}$/), metadata: { flat: '7' } },
      completedAt: clock.now,
    })
    expect(receipt.versionId).toMatch(/./)
    await confirm()
  })

  it('is the same text when the client asks again', async () => {
    const { signer, clock } = await setUp()
    const { answer, complete } = await upload(signer)
    clock.now = new Date(clock.now.getTime() + 60_000)
    expect((await complete()).receipt).toBe(answer.receipt)
  })

  it('shows its reader nothing: neither owner nor key can be read from it', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const parts = answer.receipt.split('.').map((part: string) => Buffer.from(part, 'base64url'))
    const readable = Buffer.concat(parts).toString('latin1')
    expect(readable).not.toContain('ada')
    expect(readable).not.toContain(answer.key)
  })

  it('is read by another server with a key derived from the secret', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const keys = [undefined, await deriveReceiptKey(OTHER_SECRET), await deriveReceiptKey(SECRET)]
    const reader = { keys, bucket: 'uploads' }
    const receipt = await readReceipt(reader, answer.receipt, { owner: 'ada', rule: 'document' })
    expect(receipt).toMatchObject({ key: answer.key, owner: 'ada' })
  })

  it('is read after its secret was replaced, and not once the secret is gone', async () => {
    let secret: string | string[] = SECRET
    const { signer } = await setUp({ secret: () => secret })
    const { answer } = await upload(signer)
    secret = [OTHER_SECRET, SECRET]
    expect(await signer.readReceipt(answer.receipt, { owner: 'ada' })).toMatchObject({
      owner: 'ada',
    })
    secret = OTHER_SECRET
    await expect(signer.readReceipt(answer.receipt, { owner: 'ada' })).rejects.toEqual(
      code('RECEIPT_INVALID'),
    )
  })

  it('opens alike with the cryptography of Node and of the Web', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const key = await deriveReceiptKey(SECRET)
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
    onTestFinished(() => void vi.restoreAllMocks())
    expect(await deriveReceiptKey(SECRET)).toBe(key)
    const reader = { keys: key, bucket: 'uploads' }
    expect(await readReceipt(reader, answer.receipt, { owner: 'ada' })).toMatchObject({
      key: answer.key,
    })
  })
})

/** What version 0.1 made of `SECRET`, and sealed with it on 26 November 2026. */
const OLD_KEY = 'CnlnDJppgnPmf4rgaVShNrD4Ehwx8VbErPCKPlWXbZ8'
const OLD_RECEIPT =
  'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiT3d1SzR1cGEifQ..X-ciSNdPhE9Q02M8.tTTkH3nEslZRWyzao0zux3mx0Bw4j0EYLk4W' +
  'skeSFVl6hGtoVTX4sZ6dbbrZKayY30KgqgFLjHuj_uwOSu7hMltlQOik96Ta9TaWCERomeo9gqz3MkkP7wZPBKHj333aGik8oA-JP89HX0zoiH8ADsOn53' +
  'YPxlPGyMX63NM6Quy-Ul4FVb8u-jjoFQoaZipKD8sc7uSTwVWHRSyx2jh_Ky1AiktdYDYxjkhpVhSpsWNpCro2nYs.SXsBBEStdS7q27QtJ6AsKQ'

describe('a receipt of an earlier version', () => {
  it('is read still, and so is the key that a server has', async () => {
    expect(await deriveReceiptKey(SECRET)).toBe(OLD_KEY)
    const expected = { owner: 'ada', rule: 'document', maxAgeSeconds: Number.POSITIVE_INFINITY }
    const reader = { keys: OLD_KEY, bucket: 'uploads' }
    expect(await readReceipt(reader, OLD_RECEIPT, expected)).toMatchObject({
      ...{ key: 'a.txt', name: 'a.txt', size: 1, type: 'text/plain', etag: '"e"' },
      completedAt: new Date('2026-11-26T12:00:00Z'),
    })
  })
})

describe('a receipt is refused', () => {
  it('when another person submits it', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    for (const owner of ['eve', null]) {
      await expect(signer.readReceipt(answer.receipt, { owner })).rejects.toEqual(
        code('RECEIPT_OWNER'),
      )
    }
  })

  it('when it is of a public rule and a person claims it, or the other way round', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer, 'guest', {})
    await expect(signer.readReceipt(answer.receipt, { owner: 'ada' })).rejects.toEqual(
      code('RECEIPT_OWNER'),
    )
    expect(await signer.readReceipt(answer.receipt, { owner: null })).not.toHaveProperty('owner')
  })

  it('when it is older than a day, or than the reader allows, or from the future', async () => {
    const { signer, clock } = await setUp()
    const { answer } = await upload(signer)
    const madeAt = clock.now.getTime()
    const at = (seconds: number, maxAgeSeconds?: number) => {
      clock.now = new Date(madeAt + seconds * 1000)
      const age = maxAgeSeconds === undefined ? {} : { maxAgeSeconds }
      return signer.readReceipt(answer.receipt, { owner: 'ada', ...age })
    }
    await at(86_400)
    await expect(at(86_401)).rejects.toEqual(code('RECEIPT_EXPIRED'))
    await at(60, 60)
    await expect(at(61, 60)).rejects.toEqual(code('RECEIPT_EXPIRED'))
    await at(100_000, 100_000)
    await at(-300)
    await expect(at(-301)).rejects.toEqual(code('RECEIPT_EXPIRED'))
  })

  it('when it is of another rule', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const read = (rule: string | string[]) =>
      signer.readReceipt(answer.receipt, { owner: 'ada', rule })
    await expect(read('avatar')).rejects.toThrow('receipt is of the rule document, expected avatar')
    await expect(read([])).rejects.toEqual(code('RECEIPT_INVALID'))
    await read(['avatar', 'document'])
  })

  it('when it is of another bucket, though the secret is the same', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const reader = { keys: await deriveReceiptKey(SECRET), bucket: 'other-uploads' }
    const refused = readReceipt(reader, answer.receipt, { owner: 'ada' })
    await expect(refused).rejects.toEqual(code('RECEIPT_INVALID'))
    await expect(refused).rejects.toThrow('receipt is of an object in another bucket')
  })

  it('when it is of another prefix, though bucket, secret, rule and owner are the same', async () => {
    const { s3, signer } = await setUp({ prefix: 'tenant-a/' })
    const { answer } = await upload(signer)
    const other = signerOf(s3, RULES, { prefix: 'tenant-b/' })
    await expect(other.readReceipt(answer.receipt, { owner: 'ada' })).rejects.toThrow(
      'receipt is of an object under another prefix',
    )
    const reader = { keys: await deriveReceiptKey(SECRET), bucket: 'uploads' }
    const read = (prefix: string) =>
      readReceipt({ ...reader, prefix }, answer.receipt, { owner: 'ada' })
    await expect(read('tenant-b/')).rejects.toEqual(code('RECEIPT_INVALID'))
    expect(await read('tenant-a/')).toMatchObject({ key: answer.key })
  })

  it('when anything of it was changed', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const text: string = answer.receipt
    for (let at = 0; at < text.length; at += 7) {
      const other = text[at] === 'A' ? 'B' : 'A'
      const forged = `${text.slice(0, at)}${other}${text.slice(at + 1)}`
      await expect(signer.readReceipt(forged, { owner: 'ada' })).rejects.toEqual(
        code('RECEIPT_INVALID'),
      )
    }
  })

  it.each([undefined, null, '', 'films/holiday.mp4', 7, {}, ['x'], '.....'])(
    'when it is no receipt at all: %j',
    async (value) => {
      const { signer } = await setUp()
      await expect(signer.readReceipt(value, { owner: 'ada' })).rejects.toEqual(
        code('RECEIPT_INVALID'),
      )
    },
  )

  it('when it is too long to be one, before it is read', async () => {
    const { signer } = await setUp()
    await expect(signer.readReceipt('a'.repeat(16_385), { owner: 'ada' })).rejects.toThrow(
      'receipt is 16385 characters, at most 16384 are read',
    )
  })

  it('when it is a waybill, and a waybill when it is a receipt', async () => {
    const { signer } = await setUp()
    const { answer, grant } = await upload(signer)
    const [stored = ''] = grant.waybill.split('~')
    for (const waybill of [grant.waybill, stored]) {
      await expect(signer.readReceipt(waybill, { owner: 'ada' })).rejects.toEqual(
        code('RECEIPT_INVALID'),
      )
    }
    const { status } = await post(signer, '/complete', { waybill: answer.receipt }, ADA)
    expect(status).toBe(400)
  })
})

describe('the reader of receipts', () => {
  it.each([
    [undefined, 'undefined'],
    ['', 'empty'],
    [7, 'number'],
  ])('must name an owner: %j', async (owner, named) => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const wrong = { owner } as { owner: string }
    await expect(signer.readReceipt(answer.receipt, wrong)).rejects.toThrow(
      `owner is ${named}, expected a text, or null for receipts of public rules`,
    )
  })

  it.each([Number.NaN, 0, -1])('must allow some age: %j', async (maxAgeSeconds) => {
    const { signer } = await setUp()
    await expect(signer.readReceipt('x', { owner: 'ada', maxAgeSeconds })).rejects.toThrow(
      `maxAgeSeconds is ${maxAgeSeconds}`,
    )
  })

  it.each([
    [undefined, 'keys is missing'],
    [[], 'keys is missing'],
    [SECRET, `a key is ${SECRET.length} characters`],
    ['', 'a key is 0 characters'],
    [[7], 'a key is number'],
    // A list whose text would be that of a key.
    [[['A'.repeat(43)]], 'a key is object'],
  ])('must have a key, not %j, and never shows it', async (keys, message) => {
    const reader = { keys: keys as string, bucket: 'uploads' }
    const reading = readReceipt(reader, 'x', { owner: 'ada' })
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.not.toThrow(SECRET)
  })

  it('can ask S3 whether the very version is still there', async () => {
    const { s3, signer } = await setUp()
    const { answer } = await upload(signer)
    const receipt = await signer.readReceipt(answer.receipt, { owner: 'ada' })
    await askStorage(s3, 'PUT', answer.key, {}, 'something else')
    await receipt.confirm()
    await askStorage(s3, 'DELETE', answer.key)
    await receipt.confirm()
    await askStorage(s3, 'DELETE', answer.key, { versionId: answer.versionId })
    await expect(receipt.confirm()).rejects.toEqual(code('OBJECT_NOT_FOUND'))
  })

  it('learns that another object took the key, in a bucket without versions', async () => {
    const s3 = await startStorage()
    const signer = signerOf(s3, RULES)
    const { answer } = await upload(signer)
    const receipt = await signer.readReceipt(answer.receipt, { owner: 'ada' })
    expect(receipt.versionId).toBeUndefined()
    await receipt.confirm()
    await askStorage(s3, 'PUT', answer.key, {}, 'something else')
    await expect(receipt.confirm()).rejects.toEqual(code('OBJECT_MISMATCH'))
  })
})
