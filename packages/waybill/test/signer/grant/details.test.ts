import { createOne, FILE, get, signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'

const MIB = 1024 ** 2
const signer = signerFor(
  { video: { ...VIDEO_RULE, minSize: 7, form: true } },
  { multipartThreshold: '1 GiB' },
)

describe("a rejected file's details", () => {
  it.each([
    ['too large', { size: 200 * MIB }, { actual: 200 * MIB, allowed: 100 * MIB }],
    ['too small', { size: 6 }, { actual: 6, allowed: 7 }],
    [
      'of another type',
      { type: 'Text/Plain; charset=utf-8' },
      { actual: 'text/plain', allowed: ['video/mp4', 'image/*'] },
    ],
  ])("include the file's value and what is allowed: %s", async (_, file, details) => {
    expect(await createOne(signer, { ...FILE, ...file })).toMatchObject({ error: { details } })
  })

  it.each([7, 100 * MIB])(
    'are not needed for a file of %i bytes, which is allowed',
    async (size) => {
      expect(await createOne(signer, { ...FILE, size, type: 'image/png' })).toHaveProperty('key')
    },
  )

  it('are also returned for a form', async () => {
    const { body } = await get(signer, { size: String(200 * MIB) })
    const details = { actual: 200 * MIB, allowed: 100 * MIB }
    expect(JSON.parse(body)).toMatchObject({ error: { details } })
  })

  it('are as short as the message, whatever a caller sends', async () => {
    const { body } = await get(signer, { type: `text/${'x'.repeat(10_000)}` })
    const { details, message } = JSON.parse(body).error
    expect(details.actual).toHaveLength(255)
    expect(message.length).toBeLessThan(400)
  })
})
