import { createConnection } from 'node:net'
import fc from 'fast-check'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { System } from '../../../../test/conformance/system.ts'

let server: StrictS3
let system: System

beforeAll(async () => {
  server = await startStrictS3({ buckets: ['uploads'] })
  system = new System(server, 'uploads')
})

afterAll(() => server.close())

/** Writes the form in pieces and returns the status line of the answer. */
async function sendInPieces(body: Uint8Array, type: string, cuts: readonly number[]) {
  const socket = createConnection({ port: server.port, host: '127.0.0.1', noDelay: true })
  const answer = new Promise<string>((resolve, reject) => {
    socket.once('data', (chunk) => resolve(chunk.toString().split('\r\n')[0] ?? ''))
    socket.once('error', reject)
  })
  socket.write(
    `POST /uploads HTTP/1.1\r\nHost: ${system.host}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  const edges = [0, ...[...cuts].sort((a, b) => a - b), body.length]
  for (const [index, edge] of edges.entries()) {
    const piece = body.subarray(edge, edges[index + 1])
    if (piece.length === 0) continue
    await new Promise((resolve) => socket.write(piece, resolve))
  }
  const line = await answer
  socket.destroy()
  return line
}

const NEAR_BOUNDARIES = [
  '\r',
  '\n',
  '\r\n',
  '-',
  '--',
  '\r\n--',
  '\r\n--waybill',
  '\r\n--waybill-conformance-boundar',
  'x',
]

const disposition = (rest: string) => `Content-Disposition: form-data; name="file"; ${rest}`

const FILE_NAMES = [
  ['browsers', disposition('filename="a b.png"\r\nContent-Type: image/png'), 'a b.png'],
  ['browsers, of a path of Windows', disposition('filename="C:\\new\\a.png"'), 'a.png'],
  ['browsers, of a name with a quotation mark', disposition('filename="a%22b.png"'), 'a%22b.png'],
  ['browsers, of a name like a field', disposition('filename="a; name=x.png"'), 'a; name=x.png'],
  ['curl before 7.81', disposition('filename="a\\"b\\\\c.png"'), 'c.png'],
  ['urllib3 before 2', disposition("filename*=utf-8''na%C3%AFve.txt"), 'naïve.txt'],
  ['clients that do not quote', disposition('filename=a.png'), 'a.png'],
  ['clients with a header before', `Content-Type: a/b\r\n${disposition('filename="ü"')}`, 'ü'],
] as const

const NO_PARTS = [
  ['no header', ''],
  ['an empty line before its header', `\r\n${disposition('filename="a"')}`],
  ['another disposition', 'Content-Disposition: attachment; name="file"'],
  ['a disposition that begins alike', 'Content-Disposition: form-database; name="file"'],
  ['a header that ends alike', 'X-Content-Disposition: form-data; name="file"'],
] as const

describe('PostObject', () => {
  it('stores a file full of near-boundaries byte for byte, wherever it is split', async () => {
    const file = fc
      .array(fc.constantFrom(...NEAR_BOUNDARIES), { maxLength: 400 })
      .map((pieces) => pieces.join(''))
    const cuts = fc.array(fc.nat({ max: 4000 }), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(file, cuts, async (content, places) => {
        const form = await system.form({ key: 'near', file: content })
        const body = form.body ?? new Uint8Array()
        const inside = places.map((place) => Math.min(place, body.length))
        const line = await sendInPieces(body, form.headers['content-type'] ?? '', inside)
        expect(line).toBe('HTTP/1.1 204 No Content')
        expect(await system.read('near')).toBe(content)
      }),
      { numRuns: process.env.WAYBILL_LONG ? 1000 : 60 },
    )
  })

  it("stores a body of carriage returns within the test's time limit", async () => {
    // A parser that goes back at every one of them takes more than a minute for these.
    const file = Buffer.alloc(64 * 1024 * 1024, '\r')
    const reply = await system.send(await system.form({ key: 'returns', file }))
    expect(reply.status).toBe(204)
  })
  const withFileHead = (head: string) =>
    system.form({
      key: 'named/${filename}',
      keyCondition: ['starts-with', '$key', 'named/'],
      tail: (boundary) => `--${boundary}\r\n${head}\r\n\r\nhello\r\n--${boundary}--\r\n`,
    })

  it.each(FILE_NAMES)('parses the file name of %s', async (_client, head, fileName) => {
    expect((await system.send(await withFileHead(head))).status).toBe(204)
    expect(await system.read(`named/${fileName}`)).toBe('hello')
  })

  it.each([
    ['a file name repeated in every field', '${filename}'.repeat(1800), '&'.repeat(1000)],
    ['a file name that no file can have', 'a', 'n'.repeat(1025)],
    ['a field that is only large with the file name', '${filename}'.repeat(21), 'n'.repeat(1024)],
  ])('rejects %s, with a short response', async (_what, note, fileName) => {
    const body = await system.form({ extraFields: { note }, fileName })
    const reply = await system.send(body)
    expect([reply.status, reply.code]).toEqual([400, 'MaxPostPreDataLengthExceededError'])
    expect(reply.body.length).toBeLessThan(1000)
  })

  it.each(NO_PARTS)('rejects a part with %s', async (_what, head) => {
    const reply = await system.send(await withFileHead(head))
    expect([reply.status, reply.code]).toEqual([400, 'MalformedPOSTRequest'])
  })
})
