/**
 * Which receipts are refused, and why.
 *
 * @module
 */

import { signerOf } from '@waybill/test-support/signer-storage'
import { post, SECRET } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { deriveReceiptKey, readReceipt } from 'waybill/signer'
import { ADA, code, RULES, setUp, upload } from './completed.ts'

describe('a receipt is rejected', () => {
  it('if another person submits it', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    for (const owner of ['eve', null]) {
      await expect(signer.readReceipt(answer.receipt, { owner })).rejects.toEqual(
        code('RECEIPT_OWNER'),
      )
    }
    await expect(signer.readReceipt(answer.receipt, { owner: 'eve' })).rejects.toThrow(
      'receipt belongs to another owner',
    )
  })

  it('if it belongs to a public rule and a person claims it, or vice versa', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer, 'guest', {})
    await expect(signer.readReceipt(answer.receipt, { owner: 'ada' })).rejects.toEqual(
      code('RECEIPT_OWNER'),
    )
    expect(await signer.readReceipt(answer.receipt, { owner: null })).not.toHaveProperty('owner')
  })

  it('if it is older than a day, older than the reader allows, or from the future', async () => {
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
    await expect(at(61, 60)).rejects.toThrow(
      `receipt's object was stored at ${new Date(madeAt).toISOString()}, at most 60 seconds ago are allowed`,
    )
    await at(100_000, 100_000)
    await at(-300)
    await expect(at(-301)).rejects.toEqual(code('RECEIPT_EXPIRED'))
  })

  it('if it belongs to another rule', async () => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const read = (rule: string | string[]) =>
      signer.readReceipt(answer.receipt, { owner: 'ada', rule })
    await expect(read('avatar')).rejects.toThrow('receipt is of the rule document, expected avatar')
    await expect(read(['avatar', 'film'])).rejects.toThrow('expected avatar or film')
    await expect(read([])).rejects.toEqual(code('RECEIPT_INVALID'))
    await read(['avatar', 'document'])
  })

  it.each([
    ['bucket', { bucket: 'other-uploads' }],
    ['region', { region: 'eu-west-1' }],
    ['prefix', { prefix: 'tenant1/' }],
  ])('if it belongs to another %s, even with the same secret', async (what, other) => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const keys = await deriveReceiptKey(SECRET)
    const reader = { keys, bucket: 'uploads', region: 'us-east-1' }
    await readReceipt(reader, answer.receipt, { owner: 'ada' })
    const refused = readReceipt({ ...reader, ...other }, answer.receipt, { owner: 'ada' })
    await expect(refused).rejects.toEqual(code('RECEIPT_INVALID'))
    await expect(refused).rejects.toThrow(`receipt is of an object in another ${what}`)
  })

  const PREFIXES = ['', 'tenant1', 'tenant1/', 'tenant10/', 'tenant1/sub/', 'tenant2/']

  it.each(PREFIXES)('if the signer has another prefix than %j, however similar', async (prefix) => {
    const { s3, signer } = await setUp({ prefix })
    const { answer } = await upload(signer)
    const keys = await deriveReceiptKey(SECRET)
    const reader = { keys, bucket: 'uploads', region: s3.region }
    const { receipt } = answer
    for (const of of PREFIXES) {
      const other = signerOf(s3, RULES, { prefix: of })
      const call = async () => {
        const { body } = await post(other, '/link', { receipt }, ADA)
        if (JSON.parse(body).error.code === 'RECEIPT_INVALID') throw code('RECEIPT_INVALID')
      }
      const results = await Promise.allSettled([
        other.readReceipt(receipt, { owner: 'ada' }),
        other.downloadUrl(receipt, { owner: 'ada' }),
        other.remove(receipt, { owner: 'eve' }).catch(({ code }) => {
          if (code === 'RECEIPT_INVALID') throw code
        }),
        other.claim(receipt, { owner: 'ada' }),
        call(),
        readReceipt({ ...reader, prefix: of }, receipt, { owner: 'ada' }),
      ])
      const expected = of === prefix ? 'fulfilled' : 'rejected'
      expect([of, ...results.map(({ status }) => status)]).toEqual([of, ...Array(6).fill(expected)])
    }
  })

  it('if anything in it was changed', async () => {
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

  const FOREIGN = 'receipt was not sealed by this signer'

  it.each([
    [undefined, 'receipt is undefined, expected the text of a receipt'],
    [null, 'receipt is null, expected the text of a receipt'],
    [7, 'receipt is number, expected the text of a receipt'],
    [{}, 'receipt is object, expected the text of a receipt'],
    [['x'], 'receipt is a list, expected the text of a receipt'],
    ['', FOREIGN],
    ['films/holiday.mp4', FOREIGN],
    ['.....', FOREIGN],
  ])('if it is not a receipt at all: %j', async (value, message) => {
    const { signer } = await setUp()
    const reading = signer.readReceipt(value, { owner: 'ada' })
    await expect(reading).rejects.toEqual(code('RECEIPT_INVALID'))
    await expect(reading).rejects.toThrow(message)
  })

  it('if it is too long, before it is read', async () => {
    const { signer } = await setUp()
    await expect(signer.readReceipt('a'.repeat(16_385), { owner: 'ada' })).rejects.toThrow(
      'receipt is 16385 characters, at most 16384 are read',
    )
    await expect(signer.readReceipt('a'.repeat(16_384), { owner: 'ada' })).rejects.toThrow(FOREIGN)
  })

  it('if it is a waybill, just as a receipt is rejected as a waybill', async () => {
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
