import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import { createUploader } from 'waybill/client'

const STORAGE = 'https://storage.example/uploads'

/** A signer that grants a form with that field, and a storage that refuses it. */
function formWith(name: string) {
  const sent: string[] = []
  const grant = {
    ...{ waybill: 'w', key: 'k', expiration: '2030-01-01T00:00:00Z', strategy: 'post' },
    presignedPost: { url: STORAGE, fields: { [name]: 'value' } },
  }
  const fetchBoth: typeof fetch = async (input, init) => {
    const { url, ...request } = { url: String(input), ...init }
    if (url !== STORAGE) return Response.json({ uploads: [grant] }, { status: 201 })
    sent.push(await new Response(request.body).text())
    return new Response('', { status: 403 })
  }
  return { sent, fetch: fetchBoth }
}

describe('form field names', () => {
  it.each([
    ['a"b', 'a%22b'],
    ['a\nb', 'a%0Ab'],
    ['a\rb', 'a%0Db'],
    ['a\r\nb"', 'a%0D%0Ab%22'],
  ])('cannot break out of their line: %j', async (name, escaped) => {
    const { sent, fetch } = formWith(name)
    const { upload } = createUploader({ endpoint: 'https://signer.example/', fetch })
    expect(await failureOf(upload(new File(['a'], 'a.txt')))).toMatchObject({
      code: 'STORAGE_REFUSED',
    })
    expect(sent).toHaveLength(1)
    expect(sent[0]).toContain(`form-data; name="${escaped}"\r\n\r\nvalue\r\n`)
  })
})
