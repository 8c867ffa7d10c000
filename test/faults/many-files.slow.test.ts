/**
 * A thousand small files on a line that breaks a fifth of all requests.
 *
 * Slow: a thousand uploads over HTTP. `test/faults/seeded/seeded-uploads.test.ts` has the faults,
 * `packages/waybill/test/client/signer-calls/calls-of-many.test.ts` the calls.
 *
 * @module
 */

import { seededFile } from '@waybill/test-support/seeded-file'
import { storedKeys } from '@waybill/test-support/stored'
import { patient, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import type { FaultPlan } from '../../packages/strict-s3/src/faults/fault.ts'
import { seededPlan } from './seeded/seeded-plan.ts'
import { FAULTY_SHARE } from './seeded/seeded-uploads.ts'

const COUNT = 1000
/** Ten to create and ten to complete, which is all on a clean line; what a fault delays may need a call of its own. */
const MAX_SIGNER_CALLS = 40

const faulty = seededPlan({ seed: 41, share: FAULTY_SHARE, kinds: ['lose-response', 'SlowDown'] })

/** The signer's own calls are let through: what fails there is asked for again, and counted. */
const storagePlan: FaultPlan = (request) =>
  request.operation === 'PostObject' ? faulty(request) : undefined

describe('a thousand small files', () => {
  it('all arrive with few calls to the signer', { timeout: 180_000 }, async () => {
    const system = await startSystem({ storagePlan })
    const uploader = system.uploader('a', { effects: { wait: patient } })
    const uploads = Array.from({ length: COUNT }, (_, index) => {
      return uploader.upload(seededFile(`${index}.bin`, 100 + index, index)).done
    })
    const keys = (await Promise.all(uploads)).map(({ key }) => key).sort()
    console.log(`${system.storageProxy.summary()}\n${system.signerProxy.summary()}`)
    expect(new Set(keys).size).toBe(COUNT)
    expect([...system.completed].sort()).toEqual(keys)
    expect([...(await storedKeys(system))].sort()).toEqual(keys)
    expect(system.signerProxy.exchanges.length).toBeLessThanOrEqual(MAX_SIGNER_CALLS)
  })
})
