/**
 * Requests that no client sends by mistake: each gets a refusal of S3's kind, none an internal
 * error, and the log stays a log.
 *
 * @module
 */

import { describe, expect, it, onTestFinished } from 'vitest'
import type { RawRequest } from '../../../../test/conformance/request/raw-request.ts'
import type { System } from '../../../../test/conformance/system.ts'
import { headOf, rawClient } from '../raw-client.ts'
import { start } from '../start.ts'

/** Sends a request that must be refused. */
async function expectRefused(system: System, raw: RawRequest, status: number, code: string) {
  const reply = await system.send(raw)
  expect([reply.status, reply.code]).toEqual([status, code])
}

const expectNoMatch = (system: System, raw: RawRequest) =>
  expectRefused(system, raw, 403, 'SignatureDoesNotMatch')

describe('a signature', () => {
  it('in a URL, of 64 characters but more bytes, does not match', async () => {
    const { system } = await start()
    const raw = await system.presigned({ method: 'PUT', key: 'a', body: 'hello' })
    const path = raw.path.replace(/(X-Amz-Signature=).*/, `$1${'%C3%A9'.repeat(64)}`)
    await expectNoMatch(system, { ...raw, path })
  })

  it('does not match if there is a second one in the query', async () => {
    const { system } = await start()
    await system.put('a', 'hello')
    const raw = await system.presigned({ key: 'a' })
    expect((await system.send(raw)).status).toBe(200)
    for (const other of ['X-Amz-Signature=0', raw.path.split('&').at(-1)]) {
      for (const path of [`${raw.path}&${other}`, raw.path.replace('?', `?${other}&`)]) {
        await expectNoMatch(system, { ...raw, path })
      }
    }
  })

  it('in a header does not match if there is one in the query', async () => {
    const { system } = await start()
    await system.put('a', 'hello')
    const raw = await system.signed({ key: 'a' })
    await expectNoMatch(system, { ...raw, path: `${raw.path}?X-Amz-Signature=0` })
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    "that includes a header '%s' that was not sent does not match",
    async (name) => {
      const { system } = await start()
      const raw = await system.presigned({ key: 'a' })
      const path = raw.path.replace('SignedHeaders=host', `SignedHeaders=host%3B${name}`)
      await expectNoMatch(system, { ...raw, path })
    },
  )

  it('over hundreds of headers is rejected without a search for the mistake', async () => {
    const { system, entries } = await start()
    const raw = async (count: number) => {
      const names = Array.from({ length: count }, (_, index) => `h${index}`)
      const signed = { method: 'PUT', key: 'a', signedHeaders: ['host', ...names] }
      return { ...(await system.presigned(signed)), method: 'GET' }
    }
    for (const [count, found] of [
      [10, 'The client signed the method PUT, and sent GET'],
      [300, 'so no common mistake was tried'],
    ] as const) {
      expect((await system.send(await raw(count))).status).toBe(403)
      expect(entries.at(-1)).toMatchObject({ trace: expect.stringContaining(found) })
    }
  })
})

describe('an error about a long value', () => {
  const LONG = '&'.repeat(15_000)
  const names = ';a'.repeat(15_000)
  const presigned = async (system: System, change: (path: string) => string) => {
    const raw = await system.presigned({ query: { 'max-keys': LONG.slice(5000) } })
    return { ...raw, path: change(raw.path) }
  }

  it.each<[what: string, code: string, (system: System) => Promise<RawRequest>]>([
    [
      'the names of signed headers',
      'SignatureDoesNotMatch',
      (system) => presigned(system, (path) => path.replace('SignedHeaders=host', `$&${names}`)),
    ],
    ['a parameter', 'InvalidArgument', (system) => presigned(system, (path) => path)],
    ['a path', 'InvalidURI', (system) => presigned(system, () => `/%${'"'.repeat(50_000)}`)],
    [
      'a field',
      'InvalidArgument',
      (system) => system.form({ tamper: (fields) => fields.set('X-Amz-Date', LONG) }),
    ],
    [
      'a policy',
      'SignatureDoesNotMatch',
      (system) => system.form({ tamper: (fields) => fields.set('Policy', LONG) }),
    ],
  ])('contains only the beginning of it: %s', async (_what, code, request) => {
    const { system } = await start()
    const reply = await system.send(await request(system))
    expect(reply.code).toBe(code)
    expect(reply.body.length).toBeLessThan(80_000)
  })
})

describe('the log', () => {
  it('escapes control characters and bidirectional marks', async () => {
    const { system, lines, entries } = await start()
    const raw = await system.presigned({ key: 'a' })
    const hostile = encodeURIComponent('\u001b[2Jgone\n12:00:00.000 GET x\u009b31m\u202e')
    const path = raw.path.replace(/(X-Amz-Credential=[^%]+%2F)[^%]+/, `$1${hostile}`)
    expect((await system.send({ ...raw, path })).status).toBe(400)
    expect(lines.at(-1)).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u)
    expect(lines.at(-1)).toContain('\\u001b[2Jgone\\u000a12:00:00.000 GET x\\u009b31m\\u202e')
    expect(entries.at(-1)).toMatchObject({ message: expect.stringContaining('\u001b[2Jgone\n') })
  })

  it('contains nothing of an invalid host', async () => {
    const { system, lines } = await start()
    const headers = { host: '\u009b31m.localhost' }
    const { status, code } = await system.send({ method: 'GET', path: '/a', headers })
    expect([status, code]).toEqual([400, 'BadRequest'])
    expect(lines.at(-1)).not.toMatch(/\p{Cc}/u)
  })

  it('escapes them in a signature trace, too', async () => {
    const { system, lines } = await start()
    const headers = { 'x-amz-meta-a': 'x\u009b31m' }
    const raw = await system.presigned({ method: 'PUT', key: 'a', headers })
    const path = raw.path.replace(/(X-Amz-Signature=).*/, `$1${'0'.repeat(64)}`)
    expect((await system.send({ ...raw, path })).status).toBe(403)
    expect(lines.at(-1)).toContain('x-amz-meta-a:x\\u009b31m')
    expect(lines.at(-1)).toMatch(/\n {12}host:/)
  })
})

describe('a header that echoes the request', () => {
  const cors = [
    {
      allowedOrigins: ['http://localhost:*'],
      allowedMethods: ['GET'],
      allowedHeaders: ['*'],
    } as const,
  ]
  const page = { origin: 'http://localhost:\u4f8b' }
  const preflight = {
    origin: 'http://localhost:1',
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'x-\u4f8b',
  }

  it('is left out if no header can hold the value', async () => {
    const { system, entries } = await start({ buckets: [{ name: 'uploads', cors }] })
    await system.put('a', 'hello')
    const get = await system.reply({ key: 'a', headers: page })
    expect([get.status, get.headers['access-control-allow-origin']]).toEqual([200, undefined])
    const headers = { host: system.host, ...preflight }
    const asked = await system.send({ method: 'OPTIONS', path: '/uploads/a', headers })
    expect([asked.status, asked.code]).toEqual([403, 'AccessForbidden'])
    expect(entries.map((entry) => 'status' in entry && entry.status)).toEqual([200, 200, 403])
  })
})

describe('a form field', () => {
  // The lower case of the Kelvin sign is the letter k.
  it('is not confused with another whose name only looks the same', async () => {
    const { system } = await start()
    const tamper = (fields: Map<string, string>) => {
      fields.set('\u212aey', fields.get('key') ?? '')
      fields.delete('key')
    }
    await expectRefused(system, await system.form({ key: 'a', tamper }), 400, 'InvalidArgument')
    expect(await system.keys()).toEqual([])
  })
})

describe('metadata in a form', () => {
  it.each(['x-amz-meta-ü', 'x-amz-meta-a b', 'x-amz-meta-a: b'])(
    'is rejected if no header could return it: %s',
    async (name) => {
      const { system } = await start()
      await expectRefused(
        system,
        await system.form({ key: 'a', fields: { [name]: 'x' } }),
        400,
        'InvalidArgument',
      )
      expect(await system.keys()).toEqual([])
    },
  )

  it('is kept under names that are special in JavaScript', async () => {
    const { system } = await start()
    const fields = { 'x-amz-meta-__proto__': 'x', 'x-amz-meta-constructor': 'y' }
    expect((await system.send(await system.form({ key: 'a', fields }))).status).toBe(204)
    const { headers } = await system.reply({ key: 'a' })
    expect(headers['x-amz-meta-constructor']).toBe('y')
    expect(Object.entries(headers)).toContainEqual(['x-amz-meta-__proto__', 'x'])
  })
})

describe('a form that is rejected', () => {
  it.each<[what: string, form: Parameters<System['form']>[0]]>([
    ['for its signature', { tamper: (fields) => fields.set('X-Amz-Signature', '0'.repeat(64)) }],
    ['for its size', { conditions: [['content-length-range', 0, 5]] }],
  ])(
    'is read completely, so that a client that sends before it reads gets the response: %s',
    async (_what, form) => {
      const { system } = await start()
      // More than the buffers of both sides hold.
      const raw = await system.form({ key: 'a', file: new Uint8Array(12_000_000), ...form })
      const answer = await sendThenRead(system, raw)
      expect(answer).toMatch(/^HTTP\/1\.1 40[03] /)
      expect(answer).toMatch(/<Code>(SignatureDoesNotMatch|EntityTooLarge)<\/Code>/)
    },
  )
})

/** Writes all of a request before it looks at what comes back. */
async function sendThenRead(system: System, raw: RawRequest): Promise<string> {
  const { socket, closed } = rawClient(system.target.endpoint)
  onTestFinished(() => void socket.destroy())
  socket.pause()
  socket.write(headOf(raw))
  await new Promise((resolve) => socket.write(raw.body ?? '', resolve))
  socket.resume()
  return closed
}
