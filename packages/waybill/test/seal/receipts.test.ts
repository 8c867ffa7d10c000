/**
 * Receipts as `complete` makes them, read by the signer and by a server that has only a key, over a
 * real S3 with versioning.
 *
 * @module
 */

import { post, SECRET } from '@waybill/test-support/signing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { deriveReceiptKey, readReceipt } from 'waybill/signer'
import { ADA, code, FILE, SHA256, setUp, TEXT, upload } from './completed.ts'

const OTHER_SECRET = 'another-seal-secret-0123456789abcdefghij'

describe("a completed upload's receipt", () => {
  it('contains what was stored, from which file and by whom', async () => {
    const { signer, clock } = await setUp()
    const { answer } = await upload(signer)
    const { confirm, ...receipt } = await signer.readReceipt(answer.receipt, { owner: 'ada' })
    expect(receipt).toEqual({
      ...{ bucket: 'uploads', key: answer.key, versionId: answer.versionId, rule: 'document' },
      ...{ size: TEXT.length, type: 'text/plain', etag: answer.etag, owner: 'ada' },
      checksum: { algorithm: 'SHA256', value: SHA256 },
      ...{ name: FILE.name, path: `leases/${FILE.name}` },
      ...{ id: expect.stringMatching(/^[\w-]{22}$/), metadata: { flat: '7' } },
      lastModified: clock.now,
    })
    expect(receipt.versionId).toMatch(/./)
    await confirm()
  })

  it('is the same string when the client asks again', async () => {
    const { signer, clock } = await setUp()
    const { answer, complete } = await upload(signer)
    clock.now = new Date(clock.now.getTime() + 60_000)
    expect((await complete()).receipt).toBe(answer.receipt)
  })

  it('is as old as its object, whichever instance completes the upload again', async () => {
    const { signer, instance, clock } = await setUp()
    const storedAt = clock.now
    const { grant } = await upload(signer)
    clock.now = new Date(storedAt.getTime() + 3 * 86_400_000)
    const { body } = await post(instance(), '/complete', { waybill: grant.waybill }, ADA)
    const { receipt } = JSON.parse(body)
    await expect(signer.readReceipt(receipt, { owner: 'ada' })).rejects.toEqual(
      code('RECEIPT_EXPIRED'),
    )
    const expected = { owner: 'ada', maxAgeSeconds: 4 * 86_400 }
    expect(await signer.readReceipt(receipt, expected)).toMatchObject({ lastModified: storedAt })
  })

  it('is as old as the grant if the store does not report the time', async () => {
    const { fetch } = withoutHeader('last-modified')
    const { signer, clock } = await setUp({ fetch })
    const { answer } = await upload(signer)
    const receipt = await signer.readReceipt(answer.receipt, { owner: 'ada' })
    expect(receipt.lastModified).toEqual(clock.now)
    await receipt.confirm()
  })

  it('reveals neither owner nor key to whoever has it', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const parts = answer.receipt.split('.').map((part: string) => Buffer.from(part, 'base64url'))
    const readable = Buffer.concat(parts).toString('latin1')
    expect(readable).not.toContain('ada')
    expect(readable).not.toContain(answer.key)
  })

  it('can be read by another server with a key derived from the secret', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const keys = [undefined, await deriveReceiptKey(OTHER_SECRET), await deriveReceiptKey(SECRET)]
    const reader = { keys, bucket: 'uploads', region: 'us-east-1' }
    const receipt = await readReceipt(reader, answer.receipt, { owner: 'ada', rule: 'document' })
    expect(receipt).toMatchObject({ key: answer.key, owner: 'ada' })
  })

  it('can be read after its secret was replaced, but not once the secret is gone', async () => {
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

  it("opens with both Node's and the Web's cryptography", async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const key = await deriveReceiptKey(SECRET)
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
    onTestFinished(() => void vi.restoreAllMocks())
    expect(await deriveReceiptKey(SECRET)).toBe(key)
    const reader = { keys: key, bucket: 'uploads', region: 'us-east-1' }
    expect(await readReceipt(reader, answer.receipt, { owner: 'ada' })).toMatchObject({
      key: answer.key,
    })
  })
})

/** A `fetch` of a store whose answers lack a header. */
function withoutHeader(name: string): { readonly fetch: typeof fetch } {
  return {
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      const headers = new Headers(response.headers)
      headers.delete(name)
      const { status } = response
      return new Response(status === 204 ? null : response.body, { status, headers })
    },
  }
}
