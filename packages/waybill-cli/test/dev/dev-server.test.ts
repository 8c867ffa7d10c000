import { request } from 'node:http'
import { sha256Of } from '@waybill/test-support/sha256-of'
import { listObjects, postForm, readObject, signedForm } from '@waybill/test-support/upload-form'
import { sharedDev } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import { createUploader } from 'waybill/client'

const running = sharedDev()

/** A request whose headers `fetch` would not let us choose. */
function rawStatus(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

describe("waybill dev's signer", () => {
  it('signs a random MP4 of up to 100 MiB for a client that sends no details', async () => {
    const dev = running()
    const form = await signedForm(dev.signerUrl)
    expect(form.fields.key).toMatch(/^[\w-]{22}\/[\w-]+\.mp4$/)
    expect(form.fields['Content-Type']).toBe('video/mp4')
    const policy = JSON.parse(Buffer.from(form.fields.Policy ?? '', 'base64').toString())
    expect(policy.conditions).toContainEqual(['content-length-range', 0, 100 * 1024 ** 2])
    const lifeSeconds = (Date.parse(policy.expiration) - Date.now()) / 1000
    expect(lifeSeconds).toBeGreaterThan(200)
    expect(lifeSeconds).toBeLessThanOrEqual(301)
    expect((await signedForm(dev.signerUrl)).fields.key).not.toBe(form.fields.key)
  })

  it('signs exactly the name, type and size that a client sends', async () => {
    const dev = running()
    const bytes = Buffer.from('%PDF-1.7')
    const query = { name: 'a b.pdf', type: 'application/pdf', size: String(bytes.length) }
    const form = await signedForm(dev.signerUrl, query)
    expect(form.fields.key).toMatch(/\/a b\.pdf$/)
    expect((await postForm(form, bytes)).status).toBe(204)
    expect(await readObject(dev.url, form.fields.key)).toEqual(bytes)
  })

  it('has a second path whose signatures expire after four seconds', async () => {
    const { url } = running()
    const { shortLivedEndpoint } = await (await fetch(`${url}/api/destination`)).json()
    const file = { name: 'a.txt', size: 1, type: 'text/plain', sha256: await sha256Of('a') }
    const begun = Date.now()
    const answer = await fetch(`${url}${shortLivedEndpoint}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ files: [file] }),
    })
    const [upload] = (await answer.json()).uploads
    const ended = Date.now()
    expect(Date.parse(upload.expiration)).toBeGreaterThan(begun)
    expect(Date.parse(upload.expiration)).toBeLessThanOrEqual(ended + 5_000)
  })

  it.each(['http://localhost:3000', 'https://127.0.0.1:5173', 'http://[::1]:1'])(
    'answers pages from %s',
    async (origin) => {
      const dev = running()
      const answer = await fetch(dev.signerUrl, { headers: { origin } })
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
    },
  )

  it.each([
    'https://example.com',
    'http://localhost.example.com',
    'https://localhost:3000@evil.example',
    'null',
  ])('does not answer pages from %s', async (origin) => {
    const dev = running()
    const answer = await fetch(dev.signerUrl, { headers: { origin } })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('an object stored by waybill dev', () => {
  it('is in the printed S3, can be downloaded once verified, and deleted with its receipt', async () => {
    const dev = running()
    const uploader = createUploader({ endpoint: dev.signerUrl, storageOrigins: [dev.s3Url] })
    const file = new File(['the lease'], 'lease.txt', { type: 'text/plain' })
    const { receipt = '', key } = await uploader.upload(file, { rule: 'files' }).done
    const { url } = await uploader.link(receipt)
    expect(new URL(url).origin).toBe(dev.s3Url)
    expect(await (await fetch(url)).text()).toBe('the lease')
    expect(await uploader.remove(receipt)).toEqual({ removed: 1 })
    const { objects } = await listObjects(dev.url)
    expect(objects.map((object) => object.key)).not.toContain(key)
    await expect(uploader.link(receipt)).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' })
  })
})

describe("waybill dev's page", () => {
  it('lists objects, newest first, with links to play and to save them', async () => {
    const dev = running()
    const before = await listObjects(dev.url)
    for (const name of ['one.txt', 'zwei ü.txt']) {
      const form = await signedForm(dev.signerUrl, { name, type: 'text/plain', size: '3' })
      expect((await postForm(form, Buffer.from('abc'))).status).toBe(204)
    }
    const { objects, count, size } = await listObjects(dev.url)
    expect({ count, size }).toEqual({ count: before.count + 2, size: before.size + 6 })
    // S3 tells whole seconds, so objects of the same second may stand in any order.
    const times = objects.map(({ lastModified }) => Date.parse(lastModified))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    const saved = await fetch(objects.find(({ name }) => name === 'zwei ü.txt')?.downloadUrl ?? '')
    expect(saved.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''zwei%20%C3%BC.txt",
    )
    expect(await saved.text()).toBe('abc')
  })

  it('leaves its own requests and allowed preflights out of the log', async () => {
    const dev = running()
    const before = dev.stdout().length
    for (const call of ['objects', 'unfinished']) {
      expect((await fetch(`${dev.url}/api/${call}`)).status).toBe(200)
    }
    for (const origin of [dev.url, 'https://elsewhere.example']) {
      const headers = { origin, 'access-control-request-method': 'PUT' }
      await fetch(`${dev.s3Url}/uploads/c`, { method: 'OPTIONS', headers })
    }
    const form = await signedForm(dev.signerUrl, { name: 'c', type: 'text/plain', size: '3' })
    await postForm(form, Buffer.from('abc'))
    await dev.said(/Preflight +403/)
    await dev.said(/PostObject +204 +3 B/)
    await dev.said(new RegExp(`✓ verified .+${form.fields.key}`))
    const logged = dev.stdout().slice(before)
    expect(logged).not.toMatch(
      /ListObjectsV2|ListMultipartUploads|ListParts|Tagging|Preflight +200/,
    )
  })

  it('has headers that let it connect only to the bucket', async () => {
    const dev = running()
    const { headers } = await fetch(`${dev.url}/`)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain(`media-src ${dev.s3Url} blob:;`)
    expect(policy).toContain(`connect-src 'self' ${dev.s3Url};`)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each(['/..%2fsecret', '/../secret', '/nothing', '//example.com/', '/%'])(
    'serves nothing at %s',
    async (path) => {
      const dev = running()
      expect((await fetch(`${dev.url}${path}`)).status).toBe(404)
    },
  )

  it('accepts only GET and HEAD', async () => {
    const dev = running()
    const answer = await fetch(`${dev.url}/`, { method: 'POST' })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, HEAD')
  })
})

describe("waybill dev's object list", () => {
  it.each([
    ['a page of another site', { origin: 'https://example.com' }],
    ['a page of another local server', { origin: 'http://localhost:3000' }],
    ['a page from disk', { origin: 'null' }],
    ['a frame of another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['a name that was pointed at this machine', { host: 'evil.example:8787' }],
    ['a name that begins like this machine', { host: 'localhost.evil.example' }],
  ])('is closed to %s', async (_who, headers) => {
    const dev = running()
    expect(await rawStatus(`${dev.url}/api/objects`, headers)).toBe(403)
  })

  it.each([{ host: 'localhost:8787' }, { host: '127.0.0.1' }, { host: '[::1]:8787' }])(
    'is open to %j',
    async (headers) => {
      const dev = running()
      expect(await rawStatus(`${dev.url}/api/objects`, headers)).toBe(200)
    },
  )
})
