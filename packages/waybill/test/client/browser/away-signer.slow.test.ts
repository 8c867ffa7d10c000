/**
 * Many files from Chromium while the signer is away for twenty seconds.
 *
 * Slow: the signer is away for that long. `packages/waybill/test/client/outage.test.ts` has the
 * same by a clock of its own.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { keysStored } from '../../../../../test/faults/seeded/seeded-uploads.ts'
import {
  answersToCompleteLost,
  keysOfSmallFiles,
  signerAway,
} from '../../../../../test/faults/signer-plans.ts'
import { browserSystems, type PageWindow } from './browser-page.ts'

const COUNT = 300
const startPage = browserSystems()

declare const window: PageWindow

describe.each([
  ['is away for five seconds', signerAway],
  ['loses its answers to complete four times', answersToCompleteLost],
])('a list of 300 small files in Chromium, through a signer that %s', (_, signerPlan) => {
  it('arrives completely', async () => {
    const system = await startPage({
      // A preflight is no call.
      signerPlan: (request) => (request.method === 'POST' ? signerPlan(request) : undefined),
    })
    const page = await system.open()
    const ended = await page.evaluate(async (count) => {
      const { createUploader, createUploadList, endpoint } = window
      const list = createUploadList(createUploader({ endpoint, headers: { 'x-owner': 'me' } }))
      list.add(Array.from({ length: count }, (__, index) => new File([`${index}`], `${index}`)))
      return new Promise<{ done: number; errors: string[] }>((resolve) => {
        list.subscribe(() => {
          const { items, total } = list.getSnapshot()
          const errors = items.flatMap(({ error }) => error?.message ?? [])
          if (total.done + errors.length === count) resolve({ done: total.done, errors })
        })
      })
    }, COUNT)
    expect(ended).toEqual({ done: COUNT, errors: [] })
    expect(new Set(await keysStored(system))).toEqual(keysOfSmallFiles(COUNT))
    expect(new Set(system.completed)).toEqual(keysOfSmallFiles(COUNT))
  })
})
