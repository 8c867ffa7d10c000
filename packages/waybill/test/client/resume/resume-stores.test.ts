import { memoryRecords } from '@waybill/test-support/memory-records'
import { describe, expect, it } from 'vitest'
import type { ResumeRecord, ResumeStore } from 'waybill/client'
import { lazily, storeUsedBy } from '../../../src/client/resume/resume-stores.ts'

const RECORD: ResumeRecord = {
  ...{ version: 1, id: 'id', endpoint: '/api', name: 'a', size: 25, type: 'text/plain' },
  ...{ waybill: 'w', uploadId: 'u', key: 'k', partSize: 10, crcs: ['x', '', 'y'] },
  updatedAt: new Date(0),
}

/** A store that is loaded when it is needed, which fails so often. */
function loadedStore(failures = 0) {
  let loads = 0
  const claimed = new Set(['claimed'])
  const full = { ...memoryRecords(), isClaimed: async (id: string) => claimed.has(id) }
  const load = async (): Promise<Required<ResumeStore>> => {
    loads += 1
    if (loads <= failures) throw new Error('the chunk is missing')
    return full
  }
  return { store: storeUsedBy(lazily(load)), loadedTimes: () => loads }
}

describe('a lazily loaded store', () => {
  it('does everything the store does, and is loaded once', async () => {
    const { store, loadedTimes } = loadedStore()
    expect(loadedTimes()).toBe(0)
    await store.write(RECORD)
    expect([await store.read('id'), await store.list()]).toEqual([RECORD, [RECORD]])
    expect([await store.isClaimed('claimed'), await store.isClaimed('id')]).toEqual([true, false])
    const release = await store.claim('id')
    expect(await store.claim('id')).toBeUndefined()
    release?.()
    expect(await store.claim('id')).toBeDefined()
    await store.remove('id')
    expect(await store.read('id')).toBeUndefined()
    expect(loadedTimes()).toBe(1)
  })

  it('is loaded again if that failed', async () => {
    const { store, loadedTimes } = loadedStore(1)
    await expect(store.list()).rejects.toMatchObject({ message: 'the chunk is missing' })
    expect(await store.list()).toEqual([])
    expect(loadedTimes()).toBe(2)
  })
})
