import { codeOf, get, judgeForm, signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { AcceptArguments, FormResponse, PublicAuthorization } from 'waybill'

const signer = signerFor({ video: { ...VIDEO_RULE, minSize: 1, form: true, public: true } })

async function form(query: Readonly<Record<string, string>> = {}) {
  const response = await get(signer, query)
  expect(response.status).toBe(200)
  const { presignedPost }: FormResponse = JSON.parse(response.body)
  return presignedPost
}

describe('GET', () => {
  it("signs a random key with the first exact type's extension, for all sizes in the rule", async () => {
    const [a, b] = [await form(), await form()]
    expect(a.fields.key).toMatch(/^[\w-]{22}\/file\.mp4$/)
    expect(a.fields.key).not.toBe(b.fields.key)
    expect(a.fields['Content-Type']).toBe('video/mp4')
    expect(judgeForm(a.fields)).toEqual({ min: 1, max: 104_857_600 })
    expect(a.url).toBe('https://uploads.s3.eu-west-1.amazonaws.com/')
  })

  it('signs exactly the name, type and size that are sent', async () => {
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
  ])('gives a %s file without a name the extension %s', async (type, extension) => {
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
  ])('rejects with %s the query %j', async (code, query) => {
    expect(codeOf(await get(signer, query))).toBe(code)
  })

  it.each([
    [{ size: '1e3' }, 'size is not a whole number of bytes'],
    [{ name: '' }, 'query.name is 0 characters, expected 1 to 1024'],
  ])('explains what is wrong with the query %j', async (query, message) => {
    expect(JSON.parse((await get(signer, query)).body).error.message).toBe(message)
  })

  it('calls the rule, which receives a size only if one was sent', async () => {
    const seen: object[] = []
    const accept = ({ file, ...rest }: AcceptArguments<PublicAuthorization>) => {
      const { name, type, size } = file
      seen.push({ name, type, ...('size' in file ? { size } : {}), ...rest })
      return name !== 'no.mp4' || 'not this one'
    }
    const asking = signerFor({ video: { ...VIDEO_RULE, form: true, accept } })
    await get(asking, { name: 'a.mp4', size: '7' })
    await get(asking)
    const refused = await get(asking, { name: 'no.mp4' })
    expect(JSON.parse(refused.body).error).toMatchObject({
      ...{ code: 'FILE_REFUSED', message: 'not this one' },
    })
    const type = 'video/mp4'
    const asked = { authorization: {}, request: expect.objectContaining({ method: 'GET' }) }
    expect(seen).toEqual([
      { name: 'a.mp4', type, size: 7, ...asked },
      { name: 'file.mp4', type, ...asked },
      { name: 'no.mp4', type, ...asked },
    ])
  })

  it('needs a type if the rule has no exact one', async () => {
    const images = signerFor({
      images: { types: ['image/*'], maxSize: 1, form: true, public: true },
    })
    expect(JSON.parse((await get(images)).body).error).toMatchObject({
      code: 'REQUEST_INVALID',
      message: "type is missing, rule 'images' names no exact one",
    })
    expect((await get(images, { type: 'image/png' })).status).toBe(200)
  })

  it.each<[string, { rule?: string }]>([
    ['"film"', { rule: 'film' }],
    ['missing', {}],
  ])('reports that the rule is %s, and which ones exist', async (said, query) => {
    const two = signerFor({ video: VIDEO_RULE, photo: VIDEO_RULE })
    const { error } = JSON.parse((await get(two, query)).body)
    expect(error.message).toBe(
      `rule is ${said}, the signer has "video", "photo": name one of these in the page, or add the rule to the signer`,
    )
  })

  it('lists up to sixteen rules', async () => {
    const names = Array.from({ length: 300 }, (_, index) => [`rule-${index}`, VIDEO_RULE])
    const { error } = JSON.parse((await get(signerFor(Object.fromEntries(names)))).body)
    expect(error.message).toMatch(/"rule-14", "rule-15" and 284 more: name one/)
    expect(error.message.length).toBeLessThan(360)
  })

  it('is rejected by a rule that signs no forms', async () => {
    const response = await get(signerFor({ video: VIDEO_RULE }))
    expect([response.status, codeOf(response)]).toEqual([403, 'FORM_NOT_ALLOWED'])
    expect(response.body).toContain("rule 'video' signs no forms, it needs form: true")
  })
})
