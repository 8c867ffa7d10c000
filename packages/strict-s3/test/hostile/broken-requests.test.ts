import { describe, expect, it } from 'vitest'
import { decodeChunks } from '../../src/body/aws-chunked.ts'
import { rawClient } from '../raw-client.ts'
import { start } from '../start.ts'

async function startRaw() {
  const { server, system, lines } = await start()
  /** Sends text as it is, and reads until the server closes. */
  const send = (text: string): Promise<string> => {
    const { socket, closed } = rawClient(server.endpoint)
    socket.write(text, 'latin1')
    return closed
  }
  return { system, lines, send }
}

const BAD_REQUEST =
  /^HTTP\/1\.1 400 Bad Request\r\nx-amz-request-id: \w{16}\r\n[\s\S]*<Error><Code>BadRequest<\/Code><Message>An error occurred when parsing the HTTP request\.<\/Message><RequestId>\w{16}</

describe('a message that is not HTTP', () => {
  it.each([
    ['no request line', 'abcdefg\r\n\r\n'],
    ['an unknown method', 'BREW /uploads/a HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    [
      'two lengths',
      'PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    ],
    [
      'a length and chunks',
      'PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a folded header', 'GET /a HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n'],
    ['bytes in its target', 'GET /a\x9b31m HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('is answered as S3 would, and logged: %s', async (_what, text) => {
    const { send, lines } = await startRaw()
    expect(await send(text)).toMatch(BAD_REQUEST)
    expect(lines.at(-1)).toMatch(/ - +400 +- {2}0 ms {2}BadRequest: /)
  })

  it("gets no response if an earlier request's is still pending", async () => {
    const { system, send } = await startRaw()
    const { path, headers } = await system.presigned({ key: 'a' })
    const get = `GET ${path} HTTP/1.1\r\nHost: ${headers.host}\r\n\r\n`
    expect(await send(`${get}rubbish\r\n\r\n`)).not.toContain('BadRequest')
  })

  it('is rejected in a body, too, and nothing of it is stored', async () => {
    const { system, send } = await startRaw()
    const { path, headers } = await system.presigned({ method: 'PUT', key: 'a' })
    const put = `PUT ${path} HTTP/1.1\r\nHost: ${headers.host}\r\nTransfer-Encoding: chunked\r\n\r\n`
    expect(await send(`${put}rubbish\r\n`)).toMatch(/^HTTP\/1\.1 (400|501) /)
    expect(await system.keys()).toEqual([])
  })
})

describe('a request that names two hosts', () => {
  it('is rejected', async () => {
    const { send } = await startRaw()
    const head = 'GET /uploads/a HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n'
    expect(await send(`${head}Connection: close\r\n\r\n`)).toMatch(/<Code>BadRequest</)
  })
})

describe('endless trailing headers', () => {
  it('are rejected after a few, before the rest is read', async () => {
    let pulled = 0
    async function* endless() {
      yield Buffer.from('0\r\n')
      for (; pulled < 1000; pulled += 1) yield Buffer.from('a:b\r\n'.repeat(100))
    }
    const options = { announced: [], trailing: true, trailers: new Map() }
    const decoded = decodeChunks(endless(), options).next()
    await expect(decoded).rejects.toMatchObject({ code: 'MalformedTrailerError' })
    expect(pulled).toBeLessThan(3)
  })
})
