/**
 * The real Uppy with the plugin, before a whole system.
 *
 * @module
 */

import { Uppy, type UppyFile } from '@uppy/core'
import { seededFile } from '@waybill/test-support/seeded-file'
import { partsSent, sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { type System, type SystemOptions, startSystem } from '@waybill/test-support/system'
import { expect } from 'vitest'
import type { CompleteResponse } from 'waybill'
import { WaybillUploader, type WaybillUploaderOptions } from 'waybill/uppy'

export const MIB = 1024 ** 2

type Meta = Record<string, unknown>
/** What a response holds: this is what an application writes. */
type Body = { [Name in keyof CompleteResponse]: CompleteResponse[Name] }

export type TestedUppy = Uppy<Meta, Body>
export type TestedFile = UppyFile<Meta, Body>

export interface UppySystem {
  readonly system: System
  readonly uppy: TestedUppy
  /** Adds a file whose content follows from its size. @returns Its id. */
  add(name: string, size: number): string
  /** Compares a file of Uppy's that has been sent with what S3 has. */
  expectStored(id: string): Promise<void>
}

export async function startUppy(
  options: SystemOptions = {},
  plugin: Partial<WaybillUploaderOptions> = {},
): Promise<UppySystem> {
  const system = await startSystem({ ...options, signer: { partSize: 5 * MIB, ...options.signer } })
  const uploader = system.uploader('me', { connections: 1, retryForMs: 0 })
  const uppy: TestedUppy = new Uppy<Meta, Body>({ logger: silent })
  uppy.use(WaybillUploader, { uploader, ...plugin })
  return {
    system,
    uppy,
    add: (name, size) => uppy.addFile({ name, data: seededFile(name, size, size) }),
    expectStored: async (id) => {
      const { name, response, progress } = uppy.getFile(id)
      const { key = '', size = 0 } = response?.body ?? {}
      expect(progress).toMatchObject({ uploadComplete: true, percentage: 100 })
      const given = seededFile(name, size, size)
      expect(await sha256Stored(system, key)).toBe(await sha256Given(given))
    },
  }
}

const silent = { debug: () => {}, warn: () => {}, error: () => {} }

/** Resolves once so many have. */
export async function untilParts(system: System, count: number): Promise<void> {
  await system.storageProxy.until(() => partsSent(system).length >= count)
}
