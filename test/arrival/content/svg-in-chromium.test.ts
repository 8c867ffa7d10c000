/**
 * What passes as a passive drawing asks for nothing in a real browser: opened as a document of its own, and put into a
 * page by an HTML parser.
 *
 * @module
 */

import { createServer } from 'node:http'
import fc from 'fast-check'
import type { BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkContent } from 'waybill/arrival'
import { sharedChromium } from '../../support/chromium.ts'
import { honestDrawing, hostileDrawing, hostilePieces } from './drawings.ts'

let context: BrowserContext
let page: Page
let host: string
/** Paths that were asked for, apart from the drawings themselves. */
const asked: string[] = []
let served: { readonly type: string; readonly drawings: readonly string[] } = {
  type: '',
  drawings: [],
}

/** `/` is a page with a frame for each drawing. */
const server = createServer((request, response) => {
  const path = request.url ?? ''
  const drawing = served.drawings[Number(/^\/drawing\/(\d+)$/.exec(path)?.[1])]
  if (path === '/') {
    const frames = served.drawings.map(
      (_text, index) => `<iframe src="/drawing/${index}"></iframe>`,
    )
    response.writeHead(200, { 'content-type': 'text/html' }).end(frames.join(''))
  } else if (drawing !== undefined) {
    response.writeHead(200, { 'content-type': served.type }).end(drawing)
  } else {
    if (path !== '/favicon.ico') asked.push(path)
    response.writeHead(404).end()
  }
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the server has no port')
  host = `127.0.0.1:${address.port}`
  context = await (await sharedChromium()).newContext()
  page = await context.newPage()
})
afterAll(async () => {
  await context.close()
  server.close()
})

/** @returns What a browser asks for that is given these drawings. */
async function askedBy(type: string, drawings: readonly string[]): Promise<readonly string[]> {
  asked.length = 0
  served = { type, drawings }
  await page.goto(`http://${host}/`, { waitUntil: 'networkidle' })
  return [...asked]
}

const DOCUMENT = 'image/svg+xml'
const PAGE = 'text/html; charset=utf-8'
async function problemOf(text: string): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(text)
  return (await checkContent(bytes, 'image/svg+xml', bytes.length))?.message
}

describe('a drawing in Chromium', () => {
  it('is seen to ask when it is not passive', async () => {
    const body = '<svg xmlns="http://www.w3.org/2000/svg"><image href="/seen"/></svg>'
    expect(await askedBy(DOCUMENT, [body])).toEqual(['/seen'])
    const hidden = '<svg xmlns="http://www.w3.org/2000/svg"><!--><img src="/seen"/>--></svg>'
    expect(await askedBy(DOCUMENT, [hidden])).toEqual([])
    expect(await askedBy(PAGE, [hidden])).toEqual(['/seen'])
  })

  it('asks for nothing when it has passed', async () => {
    const { attributes, elements } = hostilePieces(host)
    const pieces = [...elements, ...attributes.map((attribute) => `<rect ${attribute}/>`)]
    const tables = pieces.map((piece) => `<svg xmlns="http://www.w3.org/2000/svg">${piece}</svg>`)
    const options = { numRuns: 150, seed: 7 }
    const chance = fc.sample(fc.oneof(honestDrawing, hostileDrawing(host)), options)
    const problems = await Promise.all([...tables, ...chance].map(problemOf))
    const passed = [...tables, ...chance].filter((_text, index) => problems[index] === undefined)
    expect(passed.length).toBeGreaterThan(40)
    for (const type of [DOCUMENT, PAGE]) expect(await askedBy(type, passed)).toEqual([])
  })
})
