/**
 * `GET B`: the form of the simplest client.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import type { FormResponse } from 'waybill'
import { codeOf, get, judgeForm, signerFor, VIDEO_RULE } from '../../support/signing.ts'

const signer = signerFor({ video: { ...VIDEO_RULE, minSize: 1, form: true, public: true } })

async function form(query: Readonly<Record<string, string>> = {}) {
  const response = await get(signer, query)
  expect(response.status).toBe(200)
  const { presignedPost }: FormResponse = JSON.parse(response.body)
  return presignedPost
}

describe('GET', () => {
  it('signs a random key with the extension of the first exact type, for all sizes of the rule', async () => {
    const [a, b] = [await form(), await form()]
    expect(a.fields.key).toMatch(/^[\w-]{22}\/file\.mp4$/)
    expect(a.fields.key).not.toBe(b.fields.key)
    expect(a.fields['Content-Type']).toBe('video/mp4')
    expect(judgeForm(a.fields)).toEqual({ min: 1, max: 104_857_600 })
    expect(a.url).toBe('https://uploads.s3.eu-west-1.amazonaws.com/')
  })

  it('signs exactly the name, the type and the size that it is told', async () => {
    const { fields } = await form({ name: 'beach.png', type: 'image/png', size: '123' })
    expect(fields.key).toMatch(/\/beach\.png$/)
    expect(fields['Content-Type']).toBe('image/png')
    expect(judgeForm(fields)).toEqual({ min: 123, max: 123 })
  })

  it.each([
    ['video/quicktime', 'mov'],
    ['image/jpeg', 'jpg'],
    ['image/webp', 'webp'],
    ['application/vnd.oasis.opendocument.text', undefined],
  ])('gives a file of the type %s without a name the extension %s', async (type, extension) => {
    const any = signerFor({ any: { types: ['*/*'], maxSize: 1, form: true, public: true } })
    const { presignedPost }: FormResponse = JSON.parse((await get(any, { type })).body)
    const name = presignedPost.fields.key?.split('/')[1]
    expect(name).toBe(extension === undefined ? 'file' : `file.${extension}`)
  })

  it.each([
    ['FILE_TOO_LARGE', { size: '104857601' }],
    ['FILE_TOO_SMALL', { size: '0' }],
    ['REQUEST_INVALID', { size: '1e3' }],
    ['REQUEST_INVALID', { size: '-1' }],
    ['REQUEST_INVALID', { size: '' }],
    ['FILE_TYPE_NOT_ALLOWED', { type: 'text/html' }],
    ['FILE_TYPE_NOT_ALLOWED', { type: 'image/svg+xml' }],
    ['FILE_NAME_INVALID', { name: '' }],
    ['FILE_NAME_INVALID', { name: 'x'.repeat(1025) }],
    ['RULE_UNKNOWN', { rule: '__proto__' }],
  ])('refuses with %s the query %j', async (code, query) => {
    expect(codeOf(await get(signer, query))).toBe(code)
  })

  it('needs a type where the rule has no exact one', async () => {
    const images = signerFor({
      images: { types: ['image/*'], maxSize: 1, form: true, public: true },
    })
    expect(codeOf(await get(images))).toBe('REQUEST_INVALID')
    expect((await get(images, { type: 'image/png' })).status).toBe(200)
  })

  it.each<[string, { rule?: string }]>([
    ['\\"film\\"', { rule: 'film' }],
    ['missing', {}],
  ])('says that the rule is %s and where rules stand, but not which', async (said, query) => {
    const two = signerFor({ video: VIDEO_RULE, secret: VIDEO_RULE })
    const { body } = await get(two, query)
    expect(body).toContain(`rule is ${said}, expected one that GET /rules lists`)
    expect(body).not.toMatch(/video|secret/)
  })

  it('is refused by a rule that signs no forms', async () => {
    const response = await get(signerFor({ video: VIDEO_RULE }))
    expect([response.status, codeOf(response)]).toEqual([403, 'FORM_NOT_ALLOWED'])
    expect(response.body).toContain("rule 'video' signs no forms, it needs form: true")
  })
})
