/**
 * The wildcards of bucket policies.
 *
 * @module
 */

import fc from 'fast-check'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { System } from '../src/conformance/system.ts'

let server: StrictS3
let system: System

beforeAll(async () => {
  server = await startStrictS3({ buckets: ['uploads'] })
  system = new System(server, 'uploads')
})

afterAll(() => server.close())

/** @returns Whether a policy that denies to read `pattern` denies to read `key`. */
async function denies(pattern: string, key: string): Promise<boolean> {
  const statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::uploads/${pattern}`,
  }
  const body = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await system.expect(204, await system.signed({ method: 'PUT', query: { policy: '' }, body }))
  const { status } = await system.send(await system.signed({ key }))
  return status === 403
}

describe('a pattern in a bucket policy', () => {
  it('matches what a regular expression with the same wildcards does', async () => {
    const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 7 })
    const key = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 7 })
    await fc.assert(
      fc.asyncProperty(pattern, key, async (pieces, letters) => {
        const source = pieces.join('').replaceAll('*', '.*').replaceAll('?', '.')
        const expected = new RegExp(`^${source}$`).test(letters.join(''))
        expect(await denies(pieces.join(''), letters.join(''))).toBe(expected)
      }),
      { numRuns: process.env.WAYBILL_LONG ? 2000 : 100 },
    )
  })

  it('takes literally what is special in regular expressions', async () => {
    expect(await denies('a.c', 'abc')).toBe(false)
    expect(await denies('[a](b)+^$|*', '[a](b)+^$|\n/x')).toBe(true)
  })

  it('is judged where many stars nearly match', async () => {
    // Going back to each of them would take longer than the universe is old.
    expect(await denies(`${'*a'.repeat(40)}b`, 'a'.repeat(1000))).toBe(false)
  })
})
