/**
 * Clients that send a byte now and then. Time passes when a test says so.
 *
 * @module
 */

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { eventually } from '@waybill/test-support/eventually'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chunked } from '../../../../test/conformance/request/aws-chunked-request.ts'
import type { RawRequest } from '../../../../test/conformance/request/raw-request.ts'
import { System } from '../../../../test/conformance/system.ts'
import { headOf, rawClient } from '../raw-client.ts'

let dir: string
let server: StrictS3
let system: System
let windows: Set<() => void>

beforeEach(async () => {
  dir = temporaryFolder('waybill-slow-')
  windows = new Set()
  const every = (_periodMs: number, run: () => void) => {
    windows.add(run)
    return () => windows.delete(run)
  }
  server = await startStrictS3({ dir, buckets: ['uploads'] }, { every })
  system = new System(server, 'uploads')
})

afterEach(() => server.close())

/** The time of one window goes by. */
function passWindow(): void {
  for (const run of windows) run()
}

/** Sends the head. */
function begin(raw: RawRequest) {
  const client = rawClient(server.endpoint)
  client.socket.write(headOf(raw))
  return client
}

/** Sends a byte in each window until the server has had enough. @returns All that it answers. */
async function dribble(raw: RawRequest): Promise<string> {
  const { socket, closed } = begin(raw)
  await eventually(() => windows.size).toBe(1)
  for (const byte of raw.body ?? []) {
    socket.write(Buffer.of(byte))
    passWindow()
    // What is sent into a closed connection would take the answer with it.
    if (windows.size === 0) break
    await setImmediate()
  }
  return closed
}

const BODY = 'x'.repeat(200_000)

const REQUESTS: readonly (readonly [what: string, request: () => Promise<RawRequest>])[] = [
  ['a PUT', () => system.signed({ method: 'PUT', key: 'a', body: BODY })],
  ['signed chunks', () => chunked({ chunks: [BODY], signed: true })(system)],
  ['a form', () => system.form({ key: 'a', file: BODY })],
  ['a document', () => system.signed({ method: 'PUT', query: { policy: '' }, body: BODY })],
]

describe('a client that trickles its request', () => {
  it.each(REQUESTS)('is cut off during %s, and nothing is stored', async (_what, request) => {
    expect(await dribble(await request())).toContain('<Code>RequestTimeout</Code>')
    expect(await system.keys()).toEqual([])
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
    expect(windows.size).toBe(0)
  })

  it('is cut off during an unwanted body, too', async () => {
    await system.put('a', 'hello')
    const get = await system.signed({ key: 'a' })
    expect(await dribble({ ...get, body: Buffer.from(BODY) })).toContain('hello')
  })
})

describe('a client with an intermittent connection', () => {
  it('is waited for', async () => {
    const piece = 2 * 1024 * 1024
    const put = await system.signed({ method: 'PUT', key: 'a', body: Buffer.alloc(3 * piece) })
    const { body = Buffer.of() } = put
    const { socket, answer } = begin(put)
    await eventually(() => windows.size).toBe(1)
    for (let at = 0; at < body.length; at += piece) {
      passWindow()
      socket.write(body.subarray(at, at + piece))
      if (at + piece === body.length) break
      // What is read is written a mebibyte at a time.
      await eventually(draftSize).toBeGreaterThanOrEqual(at + piece / 2)
      passWindow()
    }
    await eventually(answer).toContain('HTTP/1.1 200 OK')
    socket.destroy()
  })
})

/**
 * @returns Bytes that the server has taken of the one upload under way, `undefined` when there is
 * none.
 */
async function draftSize(): Promise<number | undefined> {
  const [draft] = await readdir(join(dir, 'tmp'))
  return draft === undefined ? undefined : (await stat(join(dir, 'tmp', draft))).size
}
