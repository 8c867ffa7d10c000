/**
 * What the tables are held against: an address that was given, or one of the judges, started for the purpose.
 *
 * @module
 */

import { answers } from '../../../../tools/interop/child-processes.ts'
import { ensurePackages } from '../../../../tools/interop/debian-packages.ts'
import { RADOSGW_PACKAGES, startRadosgw } from '../../../../tools/interop/radosgw.ts'
import { SWIFT_PACKAGES, startSwift } from '../../../../tools/interop/swift.ts'
import type { Target } from './system.ts'

export interface Place {
  /** Asked before each case. @returns A server that answers. */
  target(): Promise<Target>
  stop(): Promise<void>
}

/** S3 servers from Debian that we did not write. */
const JUDGES = {
  radosgw: { packages: RADOSGW_PACKAGES, start: startRadosgw },
  swift: { packages: SWIFT_PACKAGES, start: startSwift },
}

export function givenPlace(target: Target): Place {
  return { target: async () => target, stop: async () => {} }
}

/**
 * Starts a judge, and again whenever a case has ended it: hostile requests are what the tables are made of.
 *
 * @throws {Error} When it is none, or cannot be had here.
 */
export async function judgePlace(name: string): Promise<Place> {
  const judge = Object.entries(JUDGES).find(([known]) => known === name)?.[1]
  if (!judge) {
    throw new Error(`--judge is ${name}, expected one of ${Object.keys(JUDGES).join(', ')}`)
  }
  const missing = await ensurePackages(judge.packages)
  if (missing !== undefined) throw new Error(`${name} cannot be had: ${missing}`)
  let store = await judge.start()
  return {
    async target() {
      if (await answers(store.endpoint)) return store
      console.log(`  (${name} has ended, and is started again)`)
      await store.stop()
      store = await judge.start()
      return store
    },
    stop: () => store.stop(),
  }
}
