/**
 * Receipts as `complete` makes them, read by the signer and by a server that has only a key, over a
 * real S3 with versioning.
 *
 * @module
 */

import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { deriveReceiptKey, readReceipt } from 'waybill/signer'
import { SECRET } from '../../support/signing.ts'
import { code, FILE, SHA256, setUp, TEXT, upload } from './completed.ts'

const OTHER_SECRET = 'another-seal-secret-0123456789abcdefghij'

describe('the receipt of a completed upload', () => {
  it('says what was stored, of which file and by whom', async () => {
    const { signer, clock } = await setUp()
    const { answer } = await upload(signer)
    const { confirm, ...receipt } = await signer.readReceipt(answer.receipt, { owner: 'ada' })
    expect(receipt).toEqual({
      ...{ bucket: 'uploads', key: answer.key, versionId: answer.versionId, rule: 'document' },
      ...{ size: TEXT.length, type: 'text/plain', etag: answer.etag, owner: 'ada' },
      checksum: { algorithm: 'SHA256', value: SHA256 },
      ...{ name: FILE.name, path: `leases/${FILE.name}` },
      ...{ id: expect.stringMatching(/^[\w-]{22}$/), metadata: { flat: '7' } },
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

  it('is read with a key that has each character of base64url that base64 lacks', async () => {
    const secret = 'test-seal-secret-0123456789abcdef-0'
    const keys = await deriveReceiptKey(secret)
    expect(keys).toBe('FcA_eM4puVx8-uwYPJmCB3BBJRuTVPtVZRbB12h4oJw')
    const { signer } = await setUp({ secret })
    const { answer } = await upload(signer)
    const reader = { keys, bucket: 'uploads' }
    expect(await readReceipt(reader, answer.receipt, { owner: 'ada' })).toMatchObject({
      key: answer.key,
    })
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
