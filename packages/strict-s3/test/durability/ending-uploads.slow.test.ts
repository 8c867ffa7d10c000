/**
 * What happens to a multipart upload at the very moment at which it is completed or aborted.
 *
 * Slow: tries many rounds at many moments, because a race shows only now and then.
 * `test/conformance` has each answer without a race.
 *
 * @module
 */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type ObjectCreatedEvent, type StrictS3, startStrictS3 } from 'strict-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RawRequest, Reply } from '../../../../test/conformance/request/raw-request.ts'
import { versioning } from '../../../../test/conformance/request/version-case.ts'
import { System } from '../../../../test/conformance/system.ts'

const FIVE_MIB = 5 * 1024 * 1024
const KEY = 'film.mp4'
const ROUNDS = process.env.WAYBILL_LONG ? 100 : 10

let dir: string
let server: StrictS3
let system: System
let events: ObjectCreatedEvent[]

beforeEach(async () => {
  dir = temporaryFolder('waybill-endings-')
  events = []
  await start()
})

afterEach(() => server.close())

async function start(): Promise<void> {
  server = await startStrictS3({ dir, buckets: ['uploads'] })
  server.onObjectCreated((event) => events.push(event))
  system = Object.assign(new System(server, 'uploads'), { key: KEY })
}

/** Two parts: the first is all of one letter. */
async function begin(letter: string) {
  const uploadId = await system.createUpload({}, KEY)
  const etags = [
    await system.uploadPart(uploadId, 1, letter.repeat(FIVE_MIB)),
    await system.uploadPart(uploadId, 2, 'last'),
  ]
  const parts = etags.map((etag, index) => [index + 1, etag] as const)
  return { uploadId, complete: () => system.complete(uploadId, parts) }
}

const abort = (uploadId: string) =>
  system.signed({ method: 'DELETE', key: KEY, query: { uploadId } })

const list = (uploadId: string) => system.signed({ key: KEY, query: { uploadId } })

const part = (uploadId: string, body: string) =>
  system.signed({ method: 'PUT', key: KEY, query: { uploadId, partNumber: '1' }, body })

/** Signs all first, so that they are sent at the same time. */
async function atOnce(asks: readonly Promise<RawRequest>[]): Promise<Reply[]> {
  const ready = await Promise.all(asks)
  return Promise.all(ready.map((raw) => system.send(raw)))
}

const outcome = ({ status, code }: Reply) => (code === undefined ? status : `${status} ${code}`)

/** Files below the bucket's uploads. */
async function partFiles(): Promise<string[]> {
  const found = await readdir(join(dir, 'buckets/uploads/uploads'), {
    recursive: true,
    withFileTypes: true,
  })
  return found.filter((each) => each.isFile()).map((each) => each.name)
}

describe('an upload that is being completed', () => {
  it('is completed once, and every request to complete it gets the same response', async () => {
    await versioning(system, 'Enabled')
    for (let round = 0; round < ROUNDS; round += 1) {
      const { complete } = await begin('a')
      const replies = await atOnce(Array.from({ length: 5 }, complete))
      expect(replies.map(outcome)).toEqual([200, 200, 200, 200, 200])
      expect(new Set(replies.map(({ headers }) => headers['x-amz-version-id'])).size).toBe(1)
      expect(events).toHaveLength(round + 1)
    }
  })

  it('is either completed or aborted, and then gone', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { uploadId, complete } = await begin('a')
      const asks = [complete(), abort(uploadId)]
      const replies = await atOnce(round % 2 === 0 ? asks : asks.reverse())
      const outcomes = replies.map(outcome).sort()
      if (outcomes.includes('404 NoSuchUpload')) {
        expect(outcomes).toEqual([204, '404 NoSuchUpload'])
        expect(await partFiles()).toEqual([])
        expect(await system.read()).toBeUndefined()
      } else {
        // To abort what has been completed already is no mistake.
        expect(outcomes).toEqual([200, 204])
        expect(await system.read()).toBe(`${'a'.repeat(FIVE_MIB)}last`)
        await system.expectReply(204, { method: 'DELETE', key: KEY })
      }
    }
  })

  it("keeps the object's parts even if one of them is sent again", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { uploadId, complete } = await begin('a')
      const other = 'b'.repeat(FIVE_MIB)
      const [completed, ...parts] = await atOnce([
        complete(),
        part(uploadId, other),
        part(uploadId, 'small'),
      ])
      // A part that was stored first is another than the one that the list names.
      expect([200, '400 InvalidPart']).toContain(completed && outcome(completed))
      for (const each of parts) expect([200, '404 NoSuchUpload']).toContain(outcome(each))
      if (completed?.status === 200) {
        expect(await partFiles()).toHaveLength(2)
        await server.close()
        await start()
        expect(await system.read()).toBe(`${'a'.repeat(FIVE_MIB)}last`)
        await system.expectReply(204, { method: 'DELETE', key: KEY })
      } else {
        await system.expect(204, await abort(uploadId))
      }
      expect(await partFiles()).toEqual([])
    }
  })

  it('is listed until its object exists', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { uploadId, complete } = await begin('a')
      const completion = atOnce([complete()])
      for (;;) {
        const [listed] = await atOnce([list(uploadId)])
        if (listed?.status === 200) continue
        expect(listed && outcome(listed)).toBe('404 NoSuchUpload')
        break
      }
      const head = await system.reply({ method: 'HEAD', key: KEY })
      expect(head.status).toBe(200)
      expect((await completion).map(outcome)).toEqual([200])
      await system.expectReply(204, { method: 'DELETE', key: KEY })
    }
  })
})

describe('an upload that is being aborted', () => {
  it('rejects parts that arrive too late, and leaves nothing of them', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { uploadId } = await begin('a')
      const [aborted, ...parts] = await atOnce([
        abort(uploadId),
        part(uploadId, 'small'),
        part(uploadId, 'b'.repeat(FIVE_MIB)),
      ])
      expect(aborted?.status).toBe(204)
      for (const each of parts) expect([200, '404 NoSuchUpload']).toContain(outcome(each))
      expect(await partFiles()).toEqual([])
      expect(await readdir(join(dir, 'tmp'))).toEqual([])
    }
  })
})
