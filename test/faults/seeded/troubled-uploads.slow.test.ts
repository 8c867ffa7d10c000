/**
 * The second seeded plan: what the first one has, and besides requests that arrive twice and
 * answers that come out of order, pages in place of answers, and an application whose `headers`,
 * `authorize`, `key` and `onComplete` fail. All uploads must still end `done`, each stored once and
 * told once. `WAYBILL_LONG` runs 200 uploads, else a slice of them.
 *
 * There is one signer, which knows a call that begins an upload when it is asked again. What
 * another instance has begun, and what S3 itself is asked to begin twice, the bucket's lifecycle
 * removes.
 *
 * Slow: every upload meets many failures, and waits after each. `seeded-uploads.test.ts` has one
 * seed of the first plan, `packages/waybill/test/signer/application-failures.test.ts` the application that fails.
 *
 * @module
 */

import { storedKeys } from '@waybill/test-support/stored'
import { type System, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import { type CompletedUpload, uploadRule } from 'waybill'
import type { Upload } from 'waybill/client'
import type { FaultKind } from '../../../packages/strict-s3/src/faults/fault.ts'
import { seededRandom, seedOf } from '../../../packages/strict-s3/src/faults/seeded-random.ts'
import { seededPlan } from './seeded-plan.ts'
import { expectAllToArrive, FAULTY_SHARE, SIZES } from './seeded-uploads.ts'

const { nothing, oneByte, belowOnePart, aboveOnePart, belowThreshold, aboveThreshold } = SIZES
const SLICE = [
  nothing,
  oneByte,
  oneByte,
  belowOnePart,
  aboveOnePart,
  belowThreshold,
  aboveThreshold,
]
/** One of four rounds of the 200. */
const ROUND = [...Array.from({ length: 7 }, () => SLICE).flat(), SIZES.large]

const DOUBLED: readonly FaultKind[] = ['duplicate-request', 'late-request', 'late-response']
const STORAGE: readonly FaultKind[] = [
  ...(['reset-request', 'reset-response', 'lose-response', 'truncate-response'] as const),
  ...(['stall-request', 'stall-response', 'flip-byte'] as const),
  ...(['SlowDown', 'InternalError', 'RequestTimeTooSkewed', 'ExpiredToken', 'page'] as const),
  ...DOUBLED,
]
const SIGNER: readonly FaultKind[] = [
  ...(['reset-request', 'InternalError', 'page', 'lose-response', 'truncate-response'] as const),
  ...DOUBLED,
]

/** An application that fails at a fifth of what it is asked, by its seed. */
function troubledApplication(seed: number) {
  const failures = new Map<string, number>()
  const chances = new Map<string, ReturnType<typeof seededRandom>>()
  const mayFail = (what: string) => {
    const random = chances.get(what) ?? seededRandom(seedOf(`${seed} ${what}`))
    chances.set(what, random)
    if (random.next() >= FAULTY_SHARE) return
    failures.set(what, (failures.get(what) ?? 0) + 1)
    throw new Error(`${what} fails`)
  }
  const completed: string[] = []
  const rule = uploadRule({
    ...{ types: ['*/*'], maxSize: '5 GiB' },
    authorize: async () => {
      mayFail('authorize')
      return { owner: 'owner' }
    },
    key: ({ id, name, metadata: { folder = '' } }) => {
      mayFail('key')
      return `${folder.replace('{id}', id)}/${name}`
    },
    onComplete: async ({ key }: CompletedUpload<{ owner: string }>) => {
      mayFail('onComplete')
      completed.push(key)
    },
  })
  const headers = async () => {
    mayFail('headers')
    return { 'x-owner': 'owner' }
  }
  return { rule, headers, completed, failures }
}

/** How long after its last failure each upload that had one was done. */
function recoveries() {
  const tookMs: number[] = []
  const onUpload = (upload: Upload) => {
    let failedAt: number | undefined
    upload.on('retry', () => {
      failedAt = performance.now()
    })
    upload.done.then(
      () => failedAt !== undefined && tookMs.push(performance.now() - failedAt),
      () => undefined,
    )
  }
  const summary = () => {
    const sorted = tookMs.sort((a, b) => a - b)
    const at = (share: number) =>
      `${Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)} ms`
    return `${sorted.length} recovered, after the last failure: median ${at(0.5)}, 95 % ${at(0.95)}, longest ${at(1)}`
  }
  return { onUpload, summary }
}

async function expectToSurvive(seed: number, sizes: readonly number[], isLong = false) {
  const application = troubledApplication(seed)
  const started = await startSystem({
    storagePlan: seededPlan({ seed, share: FAULTY_SHARE, kinds: STORAGE }),
    signerPlan: seededPlan({ seed, share: FAULTY_SHARE, kinds: SIGNER }),
    onDisk: isLong,
    signer: { rules: { any: application.rule } },
  })
  const { headers, completed, failures } = application
  const system: System = {
    ...started,
    completed,
    uploader: (owner, options) => started.uploader(owner, { ...options, headers }),
  }
  const { onUpload, summary } = recoveries()
  try {
    await expectAllToArrive(system, sizes, seed, onUpload)
  } finally {
    const failed = [...failures].map(([what, times]) => `${what} ${times}`).join(' · ')
    console.log(
      [
        `seed ${seed}, ${sizes.length} uploads: ${summary()}`,
        system.storageProxy.summary(),
        system.signerProxy.summary(),
        `application: ${failed}`,
      ].join('\n'),
    )
  }
  // Each upload has removed its own object: one that was stored twice would be left, under another
  // key. Under its own key S3 may store the same bytes later: a request that was given up as
  // stalled, on a busy machine, may have been complete.
  const others = (await storedKeys(system)).filter((key) => !completed.includes(key))
  expect(others).toEqual([])
}

describe('uploads over a connection and with an application that both spoil a fifth of everything', () => {
  it.each([101, 102])('all arrive, each exactly once (seed %i)', async (seed) => {
    await expectToSurvive(seed, SLICE)
  })

  it.runIf(process.env.WAYBILL_LONG).each([201, 202, 203, 204])(
    'all arrive, 50 of 200 (seed %i)',
    { timeout: 800_000 },
    async (seed) => {
      expect(ROUND).toHaveLength(50)
      await expectToSurvive(seed, ROUND, true)
    },
  )
})
