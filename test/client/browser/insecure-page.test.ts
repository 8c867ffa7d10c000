/**
 * Pages over plain HTTP from another machine: no Web Crypto, no Web Locks.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { browserSystems, FOREIGN_HOST } from './browser-page.ts'
import { SCENARIOS } from './page-uploads.ts'

const startPage = browserSystems()
const start = () => startPage({ signer: { partSize: 5 * 1024 ** 2 } }, { host: FOREIGN_HOST })

describe('an upload from a page over plain HTTP', () => {
  it('has nothing that browsers keep for secure pages', async () => {
    const page = await (await start()).open()
    const kept = await page.evaluate(() => [
      isSecureContext,
      typeof crypto.subtle,
      typeof crypto.randomUUID,
      typeof navigator.locks,
    ])
    expect(kept).toEqual([false, 'undefined', 'undefined', 'undefined'])
  })

  it.each([...SCENARIOS])('stores %s', async (_name, scenario) => {
    const system = await start()
    await scenario(system, await system.open())
    expect(system.errors).toEqual([])
  })
})
