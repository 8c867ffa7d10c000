import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { eventually } from '@waybill/test-support/eventually'
import { signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { SignerRequest } from 'waybill'
import { startServer, toNodeHandler } from 'waybill/node'
import type { Signer } from 'waybill/signer'

const SHA256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='
const FILES = JSON.stringify({
  files: [{ name: 'a.mp4', size: 7, type: 'video/mp4', sha256: SHA256 }],
})

async function serve(signer: Pick<Signer, 'handle'>, basePath?: string): Promise<string> {
  const handler = toNodeHandler(signer, basePath === undefined ? {} : { basePath })
  const server = await startServer(handler)
  onTestFinished(() => server.close())
  return server.url
}

/** Answers what it was asked. */
const echo: Pick<Signer, 'handle'> = {
  handle: async (request: SignerRequest) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  }),
}

/** Sends bytes as they are. @returns All that comes back until the server closes. */
async function sendRaw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.on('data', (data) => {
    answer += data
  })
  socket.on('error', () => {})
  socket.write(text)
  await once(socket, 'close')
  return answer
}

describe('toNodeHandler', () => {
  it('signs over HTTP', async () => {
    const url = await serve(signerFor({ video: VIDEO_RULE }), '/api/uploads')
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}/api/uploads`, { method: 'POST', headers, body: FILES })
    expect(response.status).toBe(201)
    expect(response.headers.get('content-length')).toMatch(/^\d+$/)
    expect(await response.json()).toMatchObject({ uploads: [{ strategy: 'post' }] })
  })

  it.each([
    ['a value', (text: string): unknown => JSON.parse(text)],
    ['a text', (text: string) => text],
    ['bytes', (text: string) => Buffer.from(text)],
  ])('accepts a body that a body parser has already parsed: %s', async (_kind, parse) => {
    const handler = toNodeHandler(signerFor({ video: VIDEO_RULE }))
    const server = await startServer(async (request, response) => {
      const text = Buffer.concat(await request.toArray()).toString()
      handler(Object.assign(request, { body: parse(text) }), response)
    })
    onTestFinished(() => server.close())
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(server.url, { method: 'POST', headers, body: FILES })
    expect(response.status).toBe(201)
  })

  it('reports that a body parser has discarded the body', async () => {
    const handler = toNodeHandler(signerFor({ video: VIDEO_RULE }))
    const server = await startServer(async (request, response) => {
      await request.toArray()
      handler(request, response)
    })
    onTestFinished(() => server.close())
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(server.url, { method: 'POST', headers, body: FILES })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('a body parser has read it before')
  })

  it('answers a preflight without a body', async () => {
    const url = await serve(signerFor({ video: VIDEO_RULE }))
    const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' }
    const response = await fetch(url, { method: 'OPTIONS', headers })
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
  })

  it('answers 408, readable by the page, if a body comes too slowly', async () => {
    const due: (() => void)[] = []
    const after = (_delayMs: number, run: () => void) => {
      due.push(run)
      return () => void due.splice(due.indexOf(run), 1)
    }
    const handler = toNodeHandler(signerFor({ video: VIDEO_RULE }), { effects: { after } })
    const server = await startServer(handler)
    onTestFinished(() => server.close())
    const head = [
      'POST / HTTP/1.1',
      'host: a',
      'origin: https://app.example.com',
      'content-type: application/json',
      `content-length: ${FILES.length}`,
    ]
    const answer = sendRaw(server.url, `${head.join('\r\n')}\r\n\r\n${FILES.slice(0, -1)}`)
    await eventually(() => due.length).toBe(1)
    for (const run of due) run()
    expect(await answer).toMatch(/^HTTP\/1\.1 408 .*connection: close.*REQUEST_TIMEOUT/is)
    expect(await answer).toMatch(/access-control-allow-origin: https:\/\/app\.example\.com/i)
    expect(due).toEqual([])
  })

  it('passes method, path, query, headers and body as plain objects', async () => {
    const url = await serve(echo, '/api/uploads/')
    const target = `${url}/api/uploads/complete?name=a%20b&name=c&x=%F0%9F%8F%96`
    const init = {
      method: 'POST',
      headers: { 'X-User': 'alice', 'X-Waybill-Caller': 'admin' },
      body: 'Übung',
    }
    expect(await (await fetch(target, init)).json()).toMatchObject({
      method: 'POST',
      path: '/complete',
      query: { name: 'c', x: '🏖' },
      headers: { 'x-user': 'alice' },
      body: 'Übung',
    })
  })

  it.each([
    ['/api/uploads', ''],
    ['/api/uploads/', ''],
    ['/api/uploads/list', '/list'],
    ['/api/uploads/nope', '/nope'],
    ['/api/uploadsx', '//api/uploadsx'],
    ['/', '//'],
    ['/api/uploads/../../etc', '//etc'],
  ])('parses the path %s below its base as %j', async (path, below) => {
    const url = await serve(echo, '/api/uploads')
    expect(await (await fetch(`${url}${path}`)).json()).toMatchObject({ path: below })
  })

  it.each([
    ['/api/uploads', ''],
    ['/api/uploads/', ''],
    ['/api/uploads/complete', '/complete'],
    ['/api/uploads/complete?a=b', '/complete'],
  ])('parses the path %s if a router has removed the base', async (path, below) => {
    for (const options of [{}, { basePath: '/api/uploads' }]) {
      const handler = toNodeHandler(echo, options)
      // As Express and Connect do with what is mounted at a path.
      const server = await startServer((request, response) => {
        const { url: originalUrl = '' } = request
        const url = originalUrl.slice('/api/uploads'.length) || '/'
        handler(Object.assign(request, { originalUrl, url }), response)
      })
      onTestFinished(() => server.close())
      const answer = await fetch(`${server.url}${path}`)
      expect(await answer.json()).toMatchObject({ path: below })
    }
  })

  it('answers nothing outside its base path', async () => {
    const url = await serve(signerFor({ video: { ...VIDEO_RULE, form: true } }), '/api/uploads')
    expect((await fetch(url)).status).toBe(404)
    expect((await fetch(`${url}/api/uploads`)).status).toBe(200)
  })

  it('accepts a request line with an absolute URL, and one with *', async () => {
    const url = await serve(echo, '/api')
    const head = 'HTTP/1.1\r\nhost: other\r\nconnection: close\r\n\r\n'
    expect(await sendRaw(url, `GET http://other/api/list?a=b ${head}`)).toContain('"path":"/list"')
    expect(await sendRaw(url, `OPTIONS * ${head}`)).toMatch(/^HTTP\/1\.1 200/)
    expect(await sendRaw(url, `GET //host/api ${head}`)).toMatch(/^HTTP\/1\.1 200/)
  })

  it('stops reading a body that is too long, and reports it', async () => {
    const url = await serve(signerFor({ video: VIDEO_RULE }))
    const head = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'
    const said = `${head}content-length: 1000000000\r\n\r\n${'x'.repeat(70_000)}`
    expect(await sendRaw(url, said)).toMatch(/^HTTP\/1\.1 413.*REQUEST_TOO_LARGE/s)
    const chunk = `11170\r\n${'x'.repeat(0x11170)}\r\n`
    expect(await sendRaw(url, `${head}transfer-encoding: chunked\r\n\r\n${chunk}`)).toMatch(
      /^HTTP\/1\.1 413.*REQUEST_TOO_LARGE/s,
    )
  })

  it('also answers clients that never stop sending', async () => {
    const url = await serve(signerFor({ video: VIDEO_RULE }))
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(url, { method: 'POST', headers, body: 'x'.repeat(1_000_000) })
    expect([response.status, response.headers.get('connection')]).toEqual([413, 'close'])
  })

  it('survives a client that disconnects midway', async () => {
    const url = await serve(signerFor({ video: VIDEO_RULE }))
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf')
    socket.resetAndDestroy()
    expect((await fetch(url)).status).toBe(403)
  })

  it('answers 500 and calls onError if the signer fails, instead of closing the connection', async () => {
    const told: unknown[] = []
    const failing: Pick<Signer, 'handle'> = {
      handle: async () => {
        throw new Error('a fault with a secret in it')
      },
    }
    const server = await startServer(
      toNodeHandler(failing, { onError: (error) => told.push(error) }),
    )
    onTestFinished(() => server.close())
    const response = await fetch(server.url)
    expect([response.status, await response.json()]).toMatchObject([
      500,
      { error: { code: 'INTERNAL_ERROR', message: 'the handler of the signer failed' } },
    ])
    expect(told).toEqual([new Error('a fault with a secret in it')])
  })

  it('accepts an async context, and answers 500 if that fails', async () => {
    const told: unknown[] = []
    const given: unknown[] = []
    const handle: Signer['handle'] = async (_, options) => {
      given.push(options?.context)
      return { status: 204, headers: {}, body: '' }
    }
    const context = async ({ headers }: IncomingMessage) => decodeURIComponent(headers.cookie ?? '')
    const onError = (error: unknown) => told.push(error)
    const server = await startServer(toNodeHandler({ handle }, { context, onError }))
    onTestFinished(() => server.close())
    const statusWith = async (cookie: string) =>
      (await fetch(server.url, { headers: { cookie } })).status
    expect([await statusWith('a%20b'), await statusWith('%')]).toEqual([204, 500])
    expect(given).toEqual(['a b'])
    expect(told).toEqual([expect.any(URIError)])
  })
})
