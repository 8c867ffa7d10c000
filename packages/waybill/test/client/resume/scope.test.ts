import { eventually } from '@waybill/test-support/eventually'
import { memoryRecords } from '@waybill/test-support/memory-records'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads, partsSent } from '@waybill/test-support/stored'
import { ON_A_QUICK_LINE, patient, type System, startSystem } from '@waybill/test-support/system'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import { uploadRule } from 'waybill'
import {
  createUploader,
  fileResumeStore,
  type ResumeStore,
  type UploaderOptions,
} from 'waybill/client'

const MIB = 1024 ** 2
const PART_COUNT = 4
const SIZE = 17 * MIB
const OWN_KEYS = uploadRule({
  types: ['*/*'],
  maxSize: '1 GiB',
  authorize: ({ headers }) => ({ owner: headers['x-owner'] ?? 'nobody' }),
})
const PARTS = { signer: { partSize: 5 * MIB, rules: { any: OWN_KEYS } } }

const film = () => seededFile('film.mp4', SIZE, 1)

/** Sends some parts, and then fails for good; what S3 has stays, with its record. */
async function interrupt(
  system: System,
  owner: string,
  records: ResumeStore,
  options: Partial<UploaderOptions> = {},
): Promise<void> {
  system.storageProxy.usePlan(({ partNumber }) =>
    partNumber === 4 ? { kind: 'AccessDenied', cors: true, early: false } : undefined,
  )
  const uploader = system.uploader(owner, { resumeStore: records, connections: 1, ...options })
  await failureOf(uploader.upload(film()))
  system.storageProxy.usePlan(() => undefined)
}

/**
 * An uploader for a logout. `forgetAll` waits for the signer as long as in production: hurried, it
 * would resolve after 50 ms, on a busy machine before the signer has answered.
 */
function leaving(system: System, resumeStore: ResumeStore) {
  return system.uploader('ann', { resumeStore, scope: 'ann', effects: { wait: patient } })
}

const stores: [string, () => Promise<ResumeStore>][] = [
  ['in memory', async () => memoryRecords()],
  ['in files', async () => fileResumeStore(temporaryFolder('waybill-scope-'))],
]

describe.each(stores)('records in one scope, %s', (_, newStore) => {
  it('are resumed only in that scope', async () => {
    const system = await startSystem(PARTS)
    const records = await newStore()
    await interrupt(system, 'ann', records, { scope: 'ann' })
    for (const scope of [{ scope: 'bob' }, {}]) {
      const before = partsSent(system).length
      const options = { resumeStore: records, effects: ON_A_QUICK_LINE, ...scope }
      await system.uploader('bob', options).upload(film()).done
      expect(partsSent(system).length - before).toBe(PART_COUNT)
    }
    const before = partsSent(system).length
    await system.uploader('ann', { resumeStore: records, scope: 'ann' }).upload(film()).done
    expect(partsSent(system).length - before).toBeLessThan(PART_COUNT)
  })

  it('are deleted by forgetAll, together with their parts in S3', async () => {
    const system = await startSystem(PARTS)
    const records = await newStore()
    await interrupt(system, 'ann', records, { scope: 'ann' })
    await interrupt(system, 'bob', records, { scope: 'bob' })
    expect(await openUploads(system)).toHaveLength(2)
    await leaving(system, records).forgetAll()
    expect(await openUploads(system)).toHaveLength(1)
    expect(await records.list()).toMatchObject([{ scope: 'bob' }])
  })
})

describe('forgetAll', () => {
  it('aborts uploads in flight', async () => {
    const system = await startSystem({
      ...PARTS,
      storagePlan: ({ partNumber }) =>
        partNumber === 4 ? { kind: 'stall-request', afterBytes: MIB } : undefined,
    })
    const records = memoryRecords()
    const uploader = system.uploader('ann', {
      resumeStore: records,
      scope: 'ann',
      stallMs: 600_000,
    })
    const upload = uploader.upload(film())
    await system.storageProxy.until(() => system.storageProxy.stalled === 1)
    await uploader.forgetAll()
    expect(upload.state).toBe('aborted')
    expect(await failureOf(upload)).toMatchObject({ code: 'ABORTED' })
    expect(records.records.size).toBe(0)
    await eventually(() => openUploads(system)).toEqual([])
  })

  it('makes another tab forget its current upload, whose record does not reappear', async () => {
    const system = await startSystem(PARTS)
    const records = memoryRecords()
    const stalled = system.storageProxy
    stalled.usePlan(({ partNumber }) =>
      partNumber === 4 ? { kind: 'stall-request', afterBytes: MIB } : undefined,
    )
    const other = system.uploader('ann', {
      resumeStore: records,
      scope: 'ann',
      connections: 1,
      stallMs: 600_000,
    })
    const upload = other.upload(film())
    await stalled.until(() => stalled.stalled === 1)
    await leaving(system, records).forgetAll()
    stalled.release()
    expect(await failureOf(upload)).toMatchObject({ code: 'UPLOAD_NOT_FOUND' })
    expect(records.records.size).toBe(0)
  })
})

describe('scope', () => {
  it.each([
    ['undefined', undefined],
    ['empty', ''],
    ['null', null],
    ['number', 7],
  ])('that is %s is rejected at once', (_, scope) => {
    // As JavaScript calls it: a person who is not known yet must not share what others left.
    const options = { endpoint: '/a', scope } as { endpoint: string; scope: string }
    expect(() => createUploader(options)).toThrow(TypeError)
    expect(() => createUploader(options)).toThrow(/^scope is /)
  })
})
