/**
 * Valid requests with one thing changed that a signature or a policy covers: none may store anything, and none may
 * leave anything behind in the server.
 *
 * @module
 */

import { LocalProcess, MEASURABLE, type Measure } from '@waybill/test-support/local-process'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawRequest } from '../../../../test/conformance/request/raw-request.ts'
import { storedFiles } from '../durability/stored-files.ts'
import { hostileRequests, type Originals, originals } from './hostile-request.ts'

const long = process.env.WAYBILL_LONG !== undefined
/** Of each kind; there are six. */
const REQUESTS = long ? 2000 : 100
/** Of each kind, before memory is looked at first: all code has then been loaded, and Node's own caches are full. */
const WARM_UP = long ? 300 : 100
/**
 * Bytes. Six thousand requests were seen to add ten thousand, most of them in the first thousand. Twelve hundred, half of
 * them refused, leave this much when each refusal leaves a hundred.
 */
const MAX_GROWTH = 64 * 1024

/** Another ten thousand on each long run, the same slice on each short one. */
const seed = long ? Date.now() & 0x7fff_ffff : 20_260_131

let dir: string
let server: LocalProcess
let valid: Originals
let before: Measure

beforeAll(async () => {
  dir = temporaryFolder('waybill-hostile-')
  server = await LocalProcess.start(dir, MEASURABLE)
  valid = await originals(server.system)
  for (const requests of Object.values(hostileRequests(valid))) {
    await assertRefused(requests, { numRuns: WARM_UP, seed: seed + 1 })
  }
  before = await server.measure()
}, 600_000)

afterAll(() => server.kill())

async function assertRefused(
  requests: fc.Arbitrary<RawRequest>,
  options: fc.Parameters<[RawRequest]>,
) {
  await fc.assert(fc.asyncProperty(requests, expectRefused), options)
}

/** Sends it, and expects a refusal that stores nothing. */
async function expectRefused(raw: RawRequest): Promise<void> {
  const { system } = server
  // Only a head that HTTP itself does not allow ends the connection; a server that is gone refuses the next.
  const { status } = await system.send(raw).catch(() => ({ status: 400 }))
  // So that what failed is what the report shows, and not whatever came after it.
  if (status < 400) await system.expectReply(204, { method: 'DELETE', key: 'key' })
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expect(await system.keys()).toEqual([])
}

describe('a hostile client', () => {
  it.each([
    'a presigned URL',
    'an Authorization header',
    'what a presigned URL covers',
    'what a header signature covers',
    'a value in a form',
    'the fields of a form',
  ] as const)(
    'stores nothing if it changes %s',
    async (kind) => {
      await assertRefused(hostileRequests(valid)[kind], { numRuns: REQUESTS, seed })
    },
    600_000,
  )

  it('leaves no memory, file descriptor or file behind', async () => {
    const after = await server.measure()
    expect(after.liveBytes - before.liveBytes).toBeLessThan(MAX_GROWTH)
    expect(after.resources).toBe(before.resources)
    expect(after.descriptors).toBe(before.descriptors)
    expect(after.warnings).toEqual([])
    expect(await storedFiles(dir)).toEqual([])
  })

  it('is still served correctly afterwards', async () => {
    for (const raw of Object.values(valid)) {
      expect((await server.system.send(raw)).status).toBeLessThan(300)
    }
    expect(await server.system.keys()).toEqual(['key'])
  })
})
