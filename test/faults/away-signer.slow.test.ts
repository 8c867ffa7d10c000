/**
 * More small files than one call holds, while calls to the signer fail: all that wait go on in the
 * same tick, and must still fit into calls.
 *
 * Slow: hundreds of uploads wait for a signer that fails again and again.
 * `packages/waybill/test/client/outage.test.ts` has the same by a clock of its own.
 *
 * @module
 */

import { settled } from '@waybill/test-support/list-watch'
import { seededFile } from '@waybill/test-support/seeded-file'
import { storedKeys } from '@waybill/test-support/stored'
import { patient, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import { createUploadList } from 'waybill/client'
import type { FaultPlan } from '../../packages/strict-s3/src/faults/fault.ts'

const COUNT = 300

/** Does not answer its first calls. Five seconds of an outage have six tries, of three or four calls. */
const signerAway: FaultPlan = ({ number }) =>
  number < 20 ? { kind: 'reset-request', afterBytes: 0 } : undefined

/** Completes the uploads, and its answers do not come back. Three calls hold 300 files. */
const answersToCompleteLost: FaultPlan = ({ path, attempt }) =>
  path.endsWith('/complete') && attempt < 4 * 3 ? { kind: 'lose-response' } : undefined

describe.each([
  ['is away for five seconds', signerAway],
  ['loses its answers to complete four times', answersToCompleteLost],
])('300 small files through a signer that %s', (_, signerPlan) => {
  it('all arrive', async () => {
    const system = await startSystem({ signerPlan })
    const list = createUploadList(system.uploader('me', { effects: { wait: patient } }))
    list.add(Array.from({ length: COUNT }, (_, index) => seededFile(`${index}`, 100, index)))
    const { items, total } = await settled(list)
    expect(items.flatMap(({ error }) => error?.message ?? [])).toEqual([])
    expect(total).toMatchObject({ done: COUNT, failed: 0 })
    const keys = new Set(items.map(({ name }) => `files/${name}`))
    expect(new Set(await storedKeys(system))).toEqual(keys)
    expect(new Set(system.completed)).toEqual(keys)
  })
})
