import { expect, it } from 'vitest'
import { start } from '../start.ts'

const SIGNED = new Date('2026-01-31T23:59:30Z')

it.each([
  [200, 'in its last millisecond, even past midnight', 60_000],
  [403, 'a millisecond later', 60_001],
  [200, 'by a clock that is 15 minutes behind the signer', -900_000],
  [403, 'by a clock that is further behind', -900_001],
])('a presigned URL gets %i %s', async (status, _when, ms) => {
  let now = SIGNED
  const { system } = await start({ now: () => now })
  const url = { method: 'PUT', key: 'a', body: 'hello', now: SIGNED, expires: '60' }
  const raw = await system.presigned(url)
  now = new Date(SIGNED.getTime() + ms)
  expect((await system.send(raw)).status).toBe(status)
})
