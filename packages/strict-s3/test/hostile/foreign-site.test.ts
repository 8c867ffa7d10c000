/**
 * A real Chromium at a page of another site that knows the printed key pair: it posts HTML into the
 * developer's bucket, opens it, and tries to read the bucket.
 *
 * @module
 */

import { createServer } from 'node:http'
import { FOREIGN_HOST, sharedChromium } from '@waybill/test-support/chromium'
import { closed, listening } from '@waybill/test-support/echo-server'
import { eventually } from '@waybill/test-support/eventually'
import type { Browser, Page } from 'playwright'
import { type LogEntry, type StrictS3, startStrictS3 } from 'strict-s3'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { presignPost, presignUrl, signRequest } from 'waybill-s3'

const SCRIPT = '<title>stored</title><script>document.title = "script ran"</script>'

let browser: Browser

beforeAll(async () => {
  browser = await sharedChromium()
})

interface Attack {
  readonly page: Page
  readonly s3: StrictS3
  readonly place: Parameters<typeof presignPost>[0]
  /** Requests that the local S3 has answered since the page was opened, as `POST 403`. */
  readonly answers: readonly string[]
}

/** Opens an empty page of a host on this machine, beside a bucket with one secret in it. */
async function visit(host: string): Promise<Attack> {
  const entries: LogEntry[] = []
  const log = (_line: string, entry: LogEntry) => {
    // Browsers ask for an icon of their own accord.
    if ('path' in entry && entry.path !== '/favicon.ico') entries.push(entry)
  }
  const s3 = await startStrictS3({ buckets: ['uploads'], log })
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>site</title>')
  })
  const { port } = new URL(await listening(site))
  const { region, credentials } = s3
  const place = {
    bucket: 'uploads',
    key: 'page.html',
    region,
    credentials,
    endpoint: `http://localhost:${s3.port}`,
  }
  const put = await signRequest({ ...place, method: 'PUT', key: 'secret.txt' })
  expect((await fetch(put.url, { ...put, method: 'PUT', body: 'secret' })).status).toBe(200)
  entries.length = 0
  const context = await browser.newContext()
  onTestFinished(async () => {
    await context.close()
    await closed(site)
    await s3.close()
  })
  const page = await context.newPage()
  await page.goto(`http://${host}:${port}/`)
  return {
    page,
    s3,
    place,
    get answers() {
      return entries.map((entry) => ('method' in entry ? `${entry.method} ${entry.status}` : ''))
    },
  }
}

/**
 * Submits a form that stores HTML, as a page does that has nothing but forms.
 *
 * @returns The status of the answer.
 */
async function postHtml({ page, place }: Attack): Promise<number> {
  const { url, fields } = await presignPost({
    ...place,
    fields: { 'Content-Type': 'text/html', success_action_status: '201' },
  })
  const answer = page.waitForResponse((response) => response.url() === url)
  await page.evaluate(
    ({ action, values, html }) => {
      const form = document.createElement('form')
      Object.assign(form, { action, method: 'post', enctype: 'multipart/form-data' })
      for (const [name, value] of Object.entries(values)) {
        form.append(Object.assign(document.createElement('input'), { name, value }))
      }
      const file = Object.assign(document.createElement('input'), { type: 'file', name: 'file' })
      const files = new DataTransfer()
      files.items.add(new File([html], 'page.html', { type: 'text/html' }))
      file.files = files.files
      form.append(file)
      document.body.append(form)
      form.submit()
    },
    { action: url, values: fields, html: SCRIPT },
  )
  return (await answer).status()
}

async function readUrls({ place }: Attack): Promise<readonly string[]> {
  const secret = { ...place, method: 'GET', key: 'secret.txt' } as const
  const { key, ...bucket } = place
  return [
    (await presignUrl(secret)).url,
    (await presignUrl({ ...bucket, method: 'GET', query: { 'list-type': '2' } })).url,
  ]
}

describe("another site's page in Chromium", () => {
  it('cannot store HTML', async () => {
    const attack = await visit(FOREIGN_HOST)
    expect(await postHtml(attack)).toBe(403)
    await eventually(() => attack.answers).toEqual(['POST 403'])
  })

  it.each(['cors', 'no-cors'] as const)('cannot read anything by fetch (%s)', async (mode) => {
    const attack = await visit(FOREIGN_HOST)
    for (const url of await readUrls(attack)) {
      const read = attack.page.evaluate(
        ([address, how]) =>
          fetch(address, { mode: how }).then(
            (response) => response.text(),
            () => 'refused',
          ),
        [url, mode] as const,
      )
      expect(['', 'refused']).toContain(await read)
    }
    await eventually(() => attack.answers).toEqual(['GET 403', 'GET 403'])
  })

  it.each(['img', 'script', 'iframe', 'video'])('cannot load anything into <%s>', async (name) => {
    const attack = await visit(FOREIGN_HOST)
    const [url = ''] = await readUrls(attack)
    await attack.page.evaluate(
      ([tag, src]) => document.body.append(Object.assign(document.createElement(tag), { src })),
      [name, url] as const,
    )
    // What is refused is kept from the page, and from its debugger.
    await eventually(() => attack.answers).toEqual(['GET 403'])
  })

  it.each(['no-referrer', 'unsafe-url'])(
    'cannot open anything through a link (%s)',
    async (policy) => {
      const attack = await visit(FOREIGN_HOST)
      const [url = ''] = await readUrls(attack)
      const answer = attack.page.waitForResponse(url)
      await attack.page.evaluate(
        ([href, referrerPolicy]) =>
          Object.assign(document.createElement('a'), { href, referrerPolicy }).click(),
        [url, policy] as const,
      )
      const body = await (await answer).text()
      expect([(await answer).status(), body.includes('AccessDenied')]).toEqual([403, true])
    },
  )

  it('cannot read anything if its name resolves to this machine', async () => {
    const attack = await visit(FOREIGN_HOST)
    const endpoint = `http://${FOREIGN_HOST}:${attack.s3.port}`
    for (const url of await readUrls({ ...attack, place: { ...attack.place, endpoint } })) {
      expect((await attack.page.goto(url))?.status()).toBe(403)
    }
    await eventually(() => attack.answers).toEqual(['GET 403', 'GET 403'])
  })
})

describe('a page on this machine in Chromium', () => {
  it('can store HTML, which runs no script when it is opened from there', async () => {
    const attack = await visit('localhost')
    const site = attack.page.url()
    expect(await postHtml(attack)).toBe(201)
    await attack.page.waitForURL(`${attack.place.endpoint}/uploads`)
    const { url } = await presignUrl({ ...attack.place, method: 'GET' })
    await attack.page.goto(site)
    await attack.page.evaluate((href) => location.assign(href), url)
    await attack.page.waitForURL(url)
    expect(await attack.page.title()).toBe('stored')
  })
})
