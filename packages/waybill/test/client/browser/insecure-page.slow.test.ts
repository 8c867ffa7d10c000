/**
 * Pages over plain HTTP from another machine: no Web Crypto, no Web Locks.
 *
 * Slow: opens pages in a Chromium of its own, which takes one host name for another machine.
 * `packages/waybill/test/client/hash` has the hashing without Web Crypto,
 * `packages/waybill/test/client/resume` the records without locks.
 *
 * @module
 */

import { FOREIGN_HOST } from '@waybill/test-support/chromium'
import type { SystemOptions } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import { browserSystems } from './browser-page.ts'
import { choose, countInterrupted, SCENARIOS, uploadHalf } from './page-uploads.ts'

const startPage = browserSystems()

function start(options: SystemOptions = {}) {
  const signer = { partSize: 5 * 1024 ** 2 }
  return startPage({ ...options, signer }, { host: FOREIGN_HOST })
}

describe('an upload from a page over plain HTTP', () => {
  it('lacks the features that browsers reserve for secure pages', async () => {
    const page = await (await start()).open()
    const kept = await page.evaluate(() => [
      isSecureContext,
      typeof crypto.subtle,
      typeof crypto.randomUUID,
      typeof navigator.locks,
      'showOpenFilePicker' in window,
    ])
    expect(kept).toEqual([false, 'undefined', 'undefined', 'undefined', false])
  })

  it.each([...SCENARIOS])('stores %s', async (_name, scenario) => {
    const system = await start()
    await scenario(system, await system.open())
    expect(system.errors).toEqual([])
  })

  it('is not offered to other tabs until its own is closed', async () => {
    const system = await start({
      storagePlan: ({ partNumber }) =>
        partNumber === 3 ? { kind: 'stall-request', afterBytes: 0 } : undefined,
    })
    const [page, other] = [await system.open(), await system.open()]
    await choose(page, 20_000_000, 11)
    await uploadHalf(system, page)
    expect(await countInterrupted(other)).toBe(0)
    await page.close()
    expect(await countInterrupted(other)).toBe(1)
  })
})
