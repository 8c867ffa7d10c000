/**
 * What a signer may answer when it is asked for a link or a removal, and what not.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { createUploader } from 'waybill/client'

function uploaderFor(answer: unknown) {
  const asked: unknown[] = []
  const uploader = createUploader({
    endpoint: 'https://signer.example',
    retryForMs: 0,
    fetch: async (_url, init) => {
      asked.push(JSON.parse(String(init?.body)))
      return Response.json(answer)
    },
  })
  return { uploader, asked }
}

const EXPIRATION = '2026-01-01T00:00:00.000Z'

describe('uploader.link', () => {
  it.each(['https://s3.example/a', 'http://localhost:9000/a', 'HTTPS://s3.example/a'])(
    'gives the address %s',
    async (url) => {
      const { uploader, asked } = uploaderFor({ url, expiration: EXPIRATION })
      const link = await uploader.link('receipt', { disposition: 'inline' })
      expect(link).toEqual({ url, expiration: new Date(EXPIRATION) })
      expect(asked).toEqual([{ receipt: 'receipt', disposition: 'inline' }])
    },
  )

  it.each([
    ['nothing', null],
    ['a text', 'https://s3.example/a'],
    ['no address', { expiration: EXPIRATION }],
    ['a number', { url: 7, expiration: EXPIRATION }],
    ['a list', { url: ['https://s3.example/a'], expiration: EXPIRATION }],
    ['a script', { url: 'javascript:alert(1)', expiration: EXPIRATION }],
    ['a script with an address in it', { url: 'javascript:0//https://a', expiration: EXPIRATION }],
    ['no host', { url: 'https://', expiration: EXPIRATION }],
    ['no expiration', { url: 'https://s3.example/a' }],
    ['an expiration that is none', { url: 'https://s3.example/a', expiration: 'soon' }],
  ])('refuses an answer that is %s', async (_what, answer) => {
    await expect(uploaderFor(answer).uploader.link('receipt')).rejects.toMatchObject({
      code: 'RESPONSE_INVALID',
      message: 'the signer answered a link of another protocol',
    })
  })
})

describe('uploader.remove', () => {
  it('tells how many versions are gone', async () => {
    const { uploader, asked } = uploaderFor({ removed: 2 })
    expect(await uploader.remove('receipt')).toEqual({ removed: 2 })
    expect(asked).toEqual([{ receipt: 'receipt' }])
  })

  it.each([[null], [2], [{}], [{ removed: '2' }], [{ removed: 1.5 }]])(
    'refuses the answer %j',
    async (answer) => {
      await expect(uploaderFor(answer).uploader.remove('receipt')).rejects.toMatchObject({
        code: 'RESPONSE_INVALID',
        message: 'the signer answered a removal of another protocol',
      })
    },
  )
})
