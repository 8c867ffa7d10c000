/**
 * A real page asks for links to what was uploaded and shows them: what a browser would run does not
 * run.
 *
 * Our S3 sandboxes what a browser opens, and AWS does not. So the browser of these tests never sees
 * those two headers: without the link's own answer the same bytes run, which each test shows first.
 *
 * @module
 */

import { CREDENTIALS } from '@waybill/test-support/stored'
import { BUCKET } from '@waybill/test-support/system'
import type { BrowserContext, Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { uploadRule } from 'waybill'
import { presignUrl } from 'waybill-s3'
import { type BrowserSystem, browserSystems, type PageWindow } from './browser-page.ts'

const startPage = browserSystems()

interface TellingWindow extends PageWindow {
  /** What embedded pages have told. */
  told: string[]
}

declare const window: TellingWindow

const RULES = {
  shown: uploadRule({
    types: ['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/plain', 'image/png'],
    maxSize: '1 MiB',
    authorize: ({ headers }) => {
      const owner = headers['x-owner']
      return owner ? { owner } : false
    },
    read: true,
    remove: true,
  }),
}

/** It says that it has run to whoever embeds or opens it. */
const SCRIPT = "document.title = 'ran'; (window.opener ?? window.parent).postMessage('ran', '*')"
const XHTML = 'http://www.w3.org/1999/xhtml'
const ACTIVE = [
  ['page.html', 'text/html', `<!doctype html><script>${SCRIPT}</script>`],
  [
    'page.xhtml',
    'application/xhtml+xml',
    `<html xmlns="${XHTML}"><head><title/></head><body><script>${SCRIPT}</script></body></html>`,
  ],
  [
    'drawing.svg',
    'image/svg+xml',
    `<svg xmlns="http://www.w3.org/2000/svg"><script xmlns="${XHTML}">${SCRIPT}</script></svg>`,
  ],
] as const

async function start(): Promise<{ system: BrowserSystem; page: Page }> {
  const system = await startPage({ signer: { rules: RULES } })
  await withoutSandbox(system.context, system.storageProxy.endpoint)
  return { system, page: await system.open() }
}

/** Answers as AWS does, which sets neither of the two headers. */
async function withoutSandbox(context: BrowserContext, storage: string): Promise<void> {
  await context.route(`${storage}/**`, async (route) => {
    if (route.request().method() !== 'GET') return route.fallback()
    const response = await route.fetch()
    const kept = Object.entries(response.headers()).filter(
      ([name]) => name !== 'content-security-policy' && name !== 'x-content-type-options',
    )
    await route.fulfill({ response, headers: Object.fromEntries(kept) })
  })
}

/** Uploads a file of the page's own making; answers its key and a link to it. */
function uploadAndLink(
  page: Page,
  file: { readonly name: string; readonly type: string; readonly text: string },
): Promise<{ key: string; receipt: string; url: string }> {
  return page.evaluate(async ({ name, type, text }) => {
    const { createUploader, endpoint } = window
    const uploader = createUploader({ endpoint, headers: { 'x-owner': 'me' } })
    const { key, receipt = '' } = await uploader.upload(new File([text], name, { type })).done
    const { url } = await uploader.link(receipt, { disposition: 'inline' })
    return { key, receipt, url }
  }, file)
}

/** The same object as a link of a signer that did not care would give it. */
async function carelessUrl({ s3, storageProxy }: BrowserSystem, key: string): Promise<string> {
  const place = { bucket: BUCKET, region: s3.region, endpoint: storageProxy.endpoint }
  return (await presignUrl({ method: 'GET', ...place, credentials: CREDENTIALS, key })).url
}

/** Opens a URL as a person does who follows a link. @returns What came of it. */
async function follow(context: BrowserContext, url: string): Promise<'ran' | 'saved' | 'shown'> {
  const page = await context.newPage()
  try {
    const saved = page.waitForEvent('download').then(() => 'saved' as const)
    saved.catch(() => {}) // the page is closed before
    const opened = page.goto(url).then(
      async () => ((await page.title()) === 'ran' ? ('ran' as const) : ('shown' as const)),
      () => saved,
    )
    return await opened
  } finally {
    await page.close()
  }
}

const EMBEDDING = [
  ['iframe', 'src'],
  ['embed', 'src'],
  ['object', 'data'],
  ['img', 'src'],
] as const

/** Embeds a URL in the page in every way, and waits until each has been answered. */
async function embed(page: Page, url: string): Promise<void> {
  let answers = 0
  const answered = page.waitForEvent('response', (response) => {
    if (response.url() === url) answers += 1
    return answers === EMBEDDING.length
  })
  await page.evaluate(
    ({ address, embedding }) => {
      window.addEventListener('message', ({ data }) => window.told.push(data))
      window.told = []
      for (const [tag, attribute] of embedding) {
        const element = document.createElement(tag)
        element.setAttribute(attribute, address)
        document.body.append(element)
      }
    },
    { address: url, embedding: EMBEDDING },
  )
  await answered
}

/** @returns What embedded pages have told, once a last one has told that it runs. */
function toldUntilLast(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const last = document.createElement('iframe')
    last.srcdoc = "<script>parent.postMessage('last', '*')</script>"
    document.body.append(last)
    while (!window.told.includes('last')) {
      await new Promise((resolve) => window.addEventListener('message', resolve, { once: true }))
    }
    return window.told
  })
}

describe('a link to active content', () => {
  it.each(ACTIVE)('downloads it when a person follows the link: %s', async (name, type, text) => {
    const { system, page } = await start()
    const { key, url } = await uploadAndLink(page, { name, type, text })
    expect(await follow(system.context, await carelessUrl(system, key))).toBe('ran')
    expect(await follow(system.context, url)).toBe('saved')
  })

  it.each(ACTIVE)('runs nothing when a page embeds it: %s', async (name, type, text) => {
    const { system, page } = await start()
    const { key, url } = await uploadAndLink(page, { name, type, text })
    await embed(page, await carelessUrl(system, key))
    await page.waitForFunction(() => window.told.includes('ran'))
    await page.reload()
    await embed(page, url)
    expect(await toldUntilLast(page)).toEqual(['last'])
  })
})

describe("the client's link", () => {
  it('displays harmless content, even markup that claims to be text', async () => {
    const { system, page } = await start()
    const file = { name: 'a.txt', type: 'text/plain', text: `<script>${SCRIPT}</script>` }
    const { url } = await uploadAndLink(page, file)
    expect(await follow(system.context, url)).toBe('shown')
    await embed(page, url)
    expect(await toldUntilLast(page)).toEqual(['last'])
  })

  it('is loaded only with the first call, and can delete the stored object', async () => {
    const { system, page } = await start()
    const chunks = () => system.scripts.filter((path) => path.includes('list-chunk'))
    expect(chunks()).toEqual([])
    const file = { name: 'a.txt', type: 'text/plain', text: 'text' }
    const { receipt, url } = await uploadAndLink(page, file)
    expect(chunks()).toHaveLength(1)
    const removed = await page.evaluate(async (given) => {
      const { createUploader, endpoint } = window
      const uploader = createUploader({ endpoint, headers: { 'x-owner': 'me' } })
      return [await uploader.remove(given), await uploader.remove(given)]
    }, receipt)
    expect(removed).toEqual([{ removed: 1 }, { removed: 0 }])
    expect((await fetch(url)).status).toBe(404)
    expect(system.errors).toEqual([])
  })
})
