/**
 * The life of a presigned URL to the millisecond, by a clock that stands still.
 *
 * @module
 */

import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterEach, describe, expect, it } from 'vitest'
import { System } from '../../../../test/conformance/system.ts'

const SIGNED = new Date('2026-01-31T23:59:30Z')
const EXPIRES_IN_MS = 60_000

describe('a presigned URL', () => {
  let server: StrictS3 | undefined

  afterEach(() => server?.close())

  async function statusAfter(ms: number): Promise<number> {
    let now = SIGNED
    server = await startStrictS3({ buckets: ['uploads'], now: () => now })
    const system = new System(server, 'uploads')
    const url = { method: 'PUT', key: 'a', body: 'hello', now: SIGNED, expires: '60' }
    const raw = await system.presigned(url)
    now = new Date(SIGNED.getTime() + ms)
    return (await system.send(raw)).status
  }

  it('is accepted in its last millisecond, even past midnight', async () => {
    expect(await statusAfter(EXPIRES_IN_MS)).toBe(200)
  })

  it('is rejected a millisecond later', async () => {
    expect(await statusAfter(EXPIRES_IN_MS + 1)).toBe(403)
  })

  it('is accepted by a clock that is 15 minutes behind the signer', async () => {
    expect(await statusAfter(-900_000)).toBe(200)
  })

  it('is rejected by a clock that is further behind', async () => {
    expect(await statusAfter(-900_001)).toBe(403)
  })
})
