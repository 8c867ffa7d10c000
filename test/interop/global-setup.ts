/**
 * Starts the S3 servers that we did not write, once for all interop tests, and stops them whatever the tests said.
 * Where they cannot be had, the tests are skipped and the reason is printed.
 *
 * @module
 */

import type { TestProject } from 'vitest/node'
import { ensurePackages } from './servers/debian-packages.ts'
import type { ForeignStore, StoreAddress } from './servers/foreign-store.ts'
import { RADOSGW_PACKAGES, startRadosgw } from './servers/radosgw.ts'
import { SWIFT_PACKAGES, startSwift } from './servers/swift.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Absent when the store cannot be had here. */
    radosgw: StoreAddress | undefined
    swift: StoreAddress | undefined
  }
}

const started: ForeignStore[] = []

export async function setup(project: TestProject): Promise<void> {
  const missing = await ensurePackages([...RADOSGW_PACKAGES, ...SWIFT_PACKAGES])
  if (missing !== undefined) {
    console.log(`Skipping the tests against Ceph and Swift: ${missing}`)
    project.provide('radosgw', undefined)
    project.provide('swift', undefined)
    return
  }
  // Both are waited for, so that one that fails does not leave the other behind.
  const starting = await Promise.allSettled([start(startRadosgw), start(startSwift)])
  const failed = starting.find((store) => store.status === 'rejected')
  if (failed) {
    await teardown()
    throw failed.reason
  }
  const [radosgw, swift] = starting.map((store) =>
    store.status === 'fulfilled' ? addressOf(store.value) : undefined,
  )
  project.provide('radosgw', radosgw)
  project.provide('swift', swift)
}

export async function teardown(): Promise<void> {
  await Promise.all(started.map((store) => store.stop()))
}

async function start(startStore: () => Promise<ForeignStore>): Promise<ForeignStore> {
  const store = await startStore()
  started.push(store)
  return store
}

function addressOf(store: ForeignStore): StoreAddress {
  const { endpoint, region, credentials, otherCredentials } = store
  return { endpoint, region, credentials, otherCredentials }
}
