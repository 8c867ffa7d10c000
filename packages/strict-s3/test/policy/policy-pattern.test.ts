import fc from 'fast-check'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { System } from '../../../../test/conformance/system.ts'
import { conditionHolds, matchesPolicyPattern } from '../../src/policy/policy-condition.ts'

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
  await system.expectReply(204, { method: 'PUT', query: { policy: '' }, body })
  const { status } = await system.reply({ key })
  return status === 403
}

describe('a pattern in a bucket policy', () => {
  it('matches like a regular expression with the same wildcards', async () => {
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

  it("takes regular expressions' special characters literally", async () => {
    expect(await denies('a.c', 'abc')).toBe(false)
    expect(await denies('[a](b)+^$|*', '[a](b)+^$|\n/x')).toBe(true)
  })

  it.each([
    ['many stars nearly match', (size: number) => `${'*a'.repeat(size)}b`],
    ['the text between stars nearly matches', (size: number) => `*${'a'.repeat(size)}b*`],
    ['the last letters nearly match', (size: number) => `*b${'a'.repeat(size)}*`],
    ['nearly everything is one letter', (size: number) => `*${'a'.repeat(size)}b`],
  ])('takes time in proportion to its length if %s', (_where, patternOf) => {
    const timeOf = (size: number) => {
      const [pattern, text] = [patternOf(size), 'a'.repeat(2 * size)]
      const times = Array.from({ length: 3 }, () => {
        const before = process.threadCpuUsage()
        expect(matchesPolicyPattern(pattern, text)).toBe(false)
        return process.threadCpuUsage(before).user
      })
      return Math.min(...times)
    }
    timeOf(1000)
    // Comparing every letter with every other would take 256 times as long.
    expect(timeOf(16_000) / Math.max(1000, timeOf(1000))).toBeLessThan(100)
  })

  it.each(['IpAddress', 'NotIpAddress'])(
    'is compared only once with the same request value: %s',
    (operator) => {
      const networks = Array.from({ length: 200 }, (_, number) => `10.0.${number % 250}.0/24`)
      const cpuFor = (addresses: readonly string[]) => {
        const before = process.threadCpuUsage()
        for (const each of addresses) conditionHolds(operator, 'aws:SourceIp', networks, () => each)
        return process.threadCpuUsage(before).user
      }
      const different = Array.from({ length: 20 }, (_, number) => `1.2.3.${number}`)
      const same = Array.from({ length: 1000 }, () => '1.2.3.4')
      expect(cpuFor(same)).toBeLessThan(2 * cpuFor(different) + 5000)
      expect(conditionHolds('IpAddress', '', networks, () => '10.0.7.1')).toBe(true)
    },
  )

  it('may contain a hundred question marks', async () => {
    expect(await denies(`*${'?'.repeat(100)}`, 'a'.repeat(101))).toBe(true)
    const body = `{"Statement":{"Resource":"${'?'.repeat(101)}"}}`
    const reply = await system.reply({ method: 'PUT', query: { policy: '' }, body })
    expect([reply.status, reply.code]).toEqual([501, 'NotImplemented'])
  })
})
