/**
 * Ids that clients hand back on command lines, which take what begins with `-` for an option.
 *
 * @module
 */

import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { versioning } from '../src/conformance/request/version-case.ts'
import { System } from '../src/conformance/system.ts'

/**
 * Of 64 characters one is `-`: that so many ids have none in front by chance happens once in a
 * hundred times.
 */
const MANY = 300

let server: StrictS3
let system: System

beforeAll(async () => {
  server = await startStrictS3({ buckets: ['uploads'] })
  system = new System(server, 'uploads')
  await versioning(system, 'Enabled')
})

afterAll(() => server.close())

async function many(id: () => Promise<string | undefined>): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < MANY) {
    const some = await Promise.all(Array.from({ length: 50 }, id))
    ids.push(...some.map((each) => each ?? ''))
  }
  return ids
}

describe('startStrictS3', () => {
  it('gives uploads ids that begin with a letter', { timeout: 60_000 }, async () => {
    const ids = await many(() => system.createUpload())
    expect(ids.filter((id) => !/^[A-Za-z][\w-]{63}$/.test(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('gives versions ids that begin with a letter', { timeout: 60_000 }, async () => {
    const ids = await many(async () => (await system.put('a', '')).headers['x-amz-version-id'])
    expect(ids.filter((id) => !/^[A-Za-z][\w.]{31}$/.test(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  })
})
