/**
 * `GET B` of pages of other sites: what a victim's browser can be made to ask for is neither signed nor counted.
 *
 * @module
 */

import { createServer } from 'node:http'
import { sharedChromium } from '@waybill/test-support/chromium'
import { eventually } from '@waybill/test-support/eventually'
import {
  albEvent,
  albMultiValueEvent,
  functionUrlEvent,
  httpApiEvent,
  payload1Event,
} from '@waybill/test-support/lambda-events'
import { codeOf, get, send, signerFor, VIDEO_LIMITS } from '@waybill/test-support/signing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startServer, toNodeHandler } from 'waybill/node'
import { memoryQuotas, type Signer } from 'waybill/signer'
import { lambdaHandler } from 'waybill-aws/lambda'
import { MINE } from '../quota/counting.ts'

const ALLOWED = 'https://app.example.com'
const EVIL = 'https://evil.example'

type Headers = Readonly<Record<string, string>>

const fetchMetadata = (site: string, mode: string, origin?: string): Headers => ({
  'sec-fetch-site': site,
  'sec-fetch-mode': mode,
  ...(origin === undefined ? {} : { origin }),
})

/** One form of the largest size uses the whole quota up. */
const QUOTA = { size: '100 MiB', every: 'day' } as const
const RULES = { video: { ...MINE, form: true, quota: QUOTA } } as const

function quotaSigner(
  allowedOrigins: readonly string[] | ((origin: string) => boolean) = [ALLOWED],
) {
  return signerFor(RULES, { quotas: memoryQuotas(), allowedOrigins })
}

/** @returns How many bytes the caller may still be granted. */
async function remaining(signer: Pick<Signer, 'handle'>): Promise<number> {
  const { body } = await send(signer, { method: 'GET', path: '/rules' })
  return JSON.parse(body).rules.video.quota.remaining.size
}

const FOREIGN: readonly (readonly [string, Headers])[] = [
  ['a link of another site', fetchMetadata('cross-site', 'navigate')],
  ['an image of another site', fetchMetadata('cross-site', 'no-cors')],
  ['a fetch of another site', fetchMetadata('cross-site', 'cors', EVIL)],
  ['a fetch of another site without an origin', fetchMetadata('cross-site', 'cors')],
  ['a sandboxed frame', fetchMetadata('cross-site', 'cors', 'null')],
  ['another subdomain', fetchMetadata('same-site', 'cors', 'https://blog.example.com')],
  ['a link of an allowed page', fetchMetadata('cross-site', 'navigate', ALLOWED)],
  ['an image of an allowed page', fetchMetadata('same-site', 'no-cors', ALLOWED)],
  ['a link from its own site', fetchMetadata('same-origin', 'navigate')],
  ['an image from its own site', fetchMetadata('same-origin', 'no-cors')],
  ['the address bar', fetchMetadata('none', 'navigate')],
  ['a mode that is not known yet', fetchMetadata('same-origin', 'prefetch')],
]

const OWN: readonly (readonly [string, Headers])[] = [
  ['a fetch of an allowed page', fetchMetadata('cross-site', 'cors', ALLOWED)],
  ['a fetch of an allowed subdomain', fetchMetadata('same-site', 'cors', ALLOWED)],
  ['a fetch from its own site', fetchMetadata('same-origin', 'cors')],
  ['a fetch from its own site only', fetchMetadata('same-origin', 'same-origin')],
  ['a fetch of an extension', fetchMetadata('none', 'cors')],
  ['a fetch of Node', { 'sec-fetch-mode': 'cors' }],
  ['curl', {}],
  ['an old browser', { origin: ALLOWED }],
]

describe('GET', () => {
  it.each(FOREIGN)('neither signs nor counts a form for %s', async (_name, headers) => {
    const signer = quotaSigner()
    const before = await remaining(signer)
    const response = await get(signer, {}, headers)
    const code = headers['sec-fetch-mode'] === 'cors' ? 'ORIGIN_NOT_ALLOWED' : 'FORBIDDEN'
    expect([response.status, codeOf(response)]).toEqual([403, code])
    expect(await remaining(signer)).toBe(before)
    // `/` is the same path.
    const { status } = await send(signer, { method: 'GET', path: '/', headers })
    expect(status).toBe(403)
  })

  it.each(OWN)('signs and counts a form for %s', async (_name, headers) => {
    const signer = quotaSigner()
    expect((await get(signer, {}, headers)).status).toBe(200)
    expect(await remaining(signer)).toBe(0)
  })

  it("does not ask the rule who such a page's caller is", async () => {
    const asked: unknown[] = []
    const authorize = () => ({ owner: `${asked.push(0)}` })
    const signer = signerFor({ video: { ...VIDEO_LIMITS, form: true, authorize } })
    await get(signer, {}, fetchMetadata('cross-site', 'no-cors'))
    expect(asked).toEqual([])
  })

  it('reports what it received and what to change', async () => {
    const messageTo = async (headers: Headers): Promise<string> =>
      JSON.parse((await get(quotaSigner(), {}, headers)).body).error.message
    expect(await messageTo(fetchMetadata('cross-site', 'cors', EVIL))).toBe(
      `sec-fetch-site is "cross-site" and origin is "${EVIL}": forms are signed for the signer's own pages and for allowedOrigins`,
    )
    expect(await messageTo(fetchMetadata('none', 'navigate'))).toBe(
      'sec-fetch-mode is "navigate": forms are signed for fetch(), not for links, images or the address bar',
    )
  })

  it('reports the rejection to onEvent', async () => {
    const told: object[] = []
    const signer = signerFor(RULES, {
      quotas: memoryQuotas(),
      onEvent: (event) => told.push(event),
    })
    await get(signer, {}, fetchMetadata('cross-site', 'no-cors'))
    expect(told).toMatchObject([{ type: 'refusal', call: 'form', code: 'FORBIDDEN' }])
  })

  it('serves GET /rules to every page, because it changes nothing', async () => {
    const headers = fetchMetadata('cross-site', 'no-cors')
    const signer = quotaSigner()
    expect((await send(signer, { method: 'GET', path: '/rules', headers })).status).toBe(200)
    expect(await remaining(signer)).toBe(100 * 1024 ** 2)
  })

  it('is rejected through fetch', async () => {
    const signer = quotaSigner()
    const status = async (headers: Headers) =>
      (await signer.fetch(new Request('https://x/api/uploads', { headers }))).status
    for (const [, headers] of FOREIGN) expect(await status(headers)).toBe(403)
    expect(await status(fetchMetadata('cross-site', 'cors', ALLOWED))).toBe(200)
  })

  it.each([
    ['a Function URL', functionUrlEvent, {}],
    ['CloudFront', functionUrlEvent, { WAYBILL_AUTHORIZATION_HEADER: 'x-viewer-authorization' }],
    ['an HTTP API', (sent: object) => httpApiEvent(sent, 'prod'), {}],
    ['a load balancer', albEvent, {}],
    ['a load balancer with lists of values', albMultiValueEvent, {}],
    ['an API of payload 1.0', payload1Event, {}],
    ['a front that sets CORS', functionUrlEvent, { WAYBILL_CORS: 'url' }],
  ])('is rejected behind %s', async (_name, eventOf, setting) => {
    const environment = {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      WAYBILL_BUCKET: 'uploads',
      WAYBILL_AUTH: 'rules',
      WAYBILL_SECRET: 'a secret of more than thirty-two characters',
      WAYBILL_ALLOWED_ORIGINS: ALLOWED,
      ...setting,
    }
    const handler = lambdaHandler({
      environment,
      rules: RULES,
      quotas: memoryQuotas(),
      log: () => {},
      onError: () => {},
    })
    // HTTP/2 has lower-case names, HTTP/1.1 these.
    const sent = (headers: Headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()),
          value,
        ]),
      )
    for (const [, headers] of FOREIGN) {
      expect((await handler(eventOf({ headers: sent(headers) }))).statusCode).toBe(403)
    }
    const own = fetchMetadata('cross-site', 'cors', ALLOWED)
    expect((await handler(eventOf({ headers: sent(own) }))).statusCode).toBe(200)
  })

  it("is rejected for everything another site's page can do in Chromium, over HTTP", async () => {
    const asked: (string | undefined)[] = []
    const pages = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
    })
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void pages.close())
    const address = pages.address()
    if (typeof address !== 'object' || address === null) throw new Error('no port')
    // For a browser these two names of this machine are two sites.
    const page = `http://localhost:${address.port}`
    let allowed: readonly string[] = []
    const signer = quotaSigner((origin) => allowed.includes(origin))
    const handler = toNodeHandler({
      handle: async (request, options) => {
        const response = await signer.handle(request, options)
        asked.push(`${request.headers['sec-fetch-mode']} ${response.status}`)
        return response
      },
    })
    const server = await startServer(handler)
    onTestFinished(() => server.close())
    const context = await (await sharedChromium()).newContext()
    onTestFinished(() => context.close())
    const tab = await context.newPage()
    await tab.goto(page)
    await tab.evaluate((url) => {
      new Image().src = `${url}/?image`
      const script = document.createElement('script')
      script.src = `${url}/?script`
      document.head.append(script)
      const frame = document.createElement('iframe')
      frame.src = `${url}/?frame`
      document.body.append(frame)
    }, server.url)
    await tab.evaluate(
      (url) =>
        Promise.allSettled([
          fetch(`${url}/`, { credentials: 'include' }),
          fetch(`${url}/`, { credentials: 'include', mode: 'no-cors' }),
        ]),
      server.url,
    )
    await eventually(() => asked.length).toBe(5)
    expect(asked.toSorted()).toEqual([
      'cors 403',
      'navigate 403',
      'no-cors 403',
      'no-cors 403',
      'no-cors 403',
    ])
    expect(await remaining(signer)).toBe(100 * 1024 ** 2)
    // The simplest client, from an allowed page of another site.
    allowed = [page]
    const form = await tab.evaluate(async (url) => (await fetch(url)).json(), server.url)
    expect(form).toHaveProperty('presignedPost.fields.key')
    expect((await tab.goto(`${server.url}/`))?.status()).toBe(403)
  })
})
