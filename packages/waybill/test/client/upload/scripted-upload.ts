/**
 * An upload whose steps do what a test says.
 *
 * @module
 */

import { settle } from '@waybill/test-support/eventually'
import { virtualTime } from '@waybill/test-support/virtual-time'
import type { CompleteResponse } from 'waybill'
import type { Effects } from 'waybill/client'
import { platformEffects } from '../../../src/client/effects.ts'
import type {
  UploadControl,
  UploadDescription,
  UploadSteps,
} from '../../../src/client/upload/engine.ts'

// The package exports it as a type alone.
const { Upload } = await import('../../../src/client/upload/upload.ts')

export const DESCRIPTION = { name: 'a.mp4', size: 100, type: 'video/mp4' }
export const COMPLETED: CompleteResponse = {
  ...{ key: 'k/a.mp4', size: 100, etag: '"e"', result: undefined },
  verifiedBy: 'SHA256',
}

/** One run of the steps, which ends as the test says. */
interface Run {
  readonly control: UploadControl
  readonly complete: (answer?: CompleteResponse) => void
  readonly fail: (error: unknown) => void
}

/** An upload of a hundred bytes, whose time passes when the test says so. */
export async function startUpload(given: Partial<Effects> = {}) {
  const told: string[] = []
  const { until, ...time } = virtualTime()
  const { upload, ...scripted } = scriptedUpload(platformEffects({ ...time, ...given }))
  upload.on('state', ({ state, previous }) => told.push(`${previous} → ${state}`))
  const pass = (ms: number) => until(time.wait(ms, new AbortController().signal))
  await settle()
  return { upload, ...scripted, told, pass }
}

/** An upload whose runs end as the test says. */
export function scriptedUpload(effects: Effects, description: UploadDescription = DESCRIPTION) {
  const runs: Run[] = []
  let abandoned = 0
  const steps: UploadSteps<unknown> = {
    advance: (control) => {
      const { promise, resolve, reject } = Promise.withResolvers<CompleteResponse>()
      // As the real steps do: they end with the signal.
      control.signal.addEventListener('abort', () => reject(control.signal.reason))
      runs.push({ control, complete: (answer = COMPLETED) => resolve(answer), fail: reject })
      return promise
    },
    abandon: () => {
      abandoned += 1
    },
  }
  const run = (): Run => {
    const last = runs.at(-1)
    if (!last) throw new Error('nothing has begun')
    return last
  }
  const upload = new Upload(description, steps, effects)
  return { upload, runs, run, abandonedTimes: () => abandoned }
}
