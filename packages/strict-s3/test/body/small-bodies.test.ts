import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { System } from '../../../../test/conformance/system.ts'
import { headOf } from '../raw-client.ts'

let server: StrictS3
let system: System

beforeAll(async () => {
  server = await startStrictS3({ buckets: ['uploads'] })
  system = new System(server, 'uploads')
})
afterAll(() => server.close())

const md5 = (text: string) => createHash('md5').update(text).digest('base64')

interface Put {
  readonly key: string
  readonly body: string
  /** @default that of the body */
  readonly digest?: string
}

async function request({ key, body, digest = md5(body) }: Put): Promise<[string, string]> {
  const headers = { 'content-md5': digest }
  return [headOf(await system.signed({ method: 'PUT', key, body, headers })), body]
}

/** @returns The head of the next response. */
async function answer(socket: Socket): Promise<string> {
  const [chunk] = await once(socket, 'data')
  return String(chunk)
}

describe('a small body', () => {
  it.each(['hello', ''])('is stored when it arrives with the headers: %j', async (body) => {
    const socket = connect(server.port, '127.0.0.1')
    socket.write((await request({ key: 'together', body })).join(''))
    expect(await answer(socket)).toMatch(/^HTTP\/1\.1 200 /)
    expect(await system.read('together')).toBe(body)
    socket.destroy()
  })

  it('is stored when only a part of it arrives with the headers', async () => {
    const socket = connect(server.port, '127.0.0.1')
    const [head, body] = await request({ key: 'apart', body: 'hello' })
    const read = once(socket, 'data')
    socket.write(head + body.slice(0, 2), () => socket.write(body.slice(2)))
    expect(String((await read)[0])).toMatch(/^HTTP\/1\.1 200 /)
    expect(await system.read('apart')).toBe('hello')
    socket.destroy()
  })

  it('is stored when the next request follows in the same packet', async () => {
    const socket = connect(server.port, '127.0.0.1')
    const first = await request({ key: 'first', body: 'one' })
    const second = await request({ key: 'second', body: 'two' })
    const both = once(socket, 'close')
    let answers = ''
    socket.on('data', (chunk) => {
      answers += chunk
      if (answers.split('HTTP/1.1 200 ').length === 3) socket.destroy()
    })
    socket.write([...first, ...second].join(''))
    await both
    expect([await system.read('first'), await system.read('second')]).toEqual(['one', 'two'])
  })

  it('leaves the connection open when it is rejected', async () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.write((await request({ key: 'a', body: 'hello', digest: md5('other') })).join(''))
    const refusal = await answer(socket)
    expect(refusal).toContain('BadDigest')
    expect(refusal.toLowerCase()).toContain('connection: keep-alive')
    socket.write((await request({ key: 'a', body: 'hello' })).join(''))
    expect(await answer(socket)).toMatch(/^HTTP\/1\.1 200 /)
    socket.destroy()
  })
})
