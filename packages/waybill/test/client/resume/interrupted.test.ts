import { settle, unhandledRejections } from '@waybill/test-support/eventually'
import { memoryRecords } from '@waybill/test-support/memory-records'
import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import type { ResumeRecord, ResumeStore, Upload, UploadOptions, UploadSource } from 'waybill/client'
import { claimRecord } from '../../../src/client/resume/claim-record.ts'
import type { Engine } from '../../../src/client/upload/engine.ts'
import { findInterrupted, forgetRecords } from '../../../src/client/upload/interrupted.ts'

const DAY_MS = 24 * 3600 * 1000
const NOW = new Date('2026-03-01T12:00:00Z')

function recordOf(id: string, other: Partial<ResumeRecord> = {}): ResumeRecord {
  return {
    ...{ version: 1, id, endpoint: '/api', name: `${id}.bin`, size: 25, type: 'a/b' },
    ...{ waybill: `waybill of ${id}`, uploadId: `upload of ${id}`, key: 'k', partSize: 10 },
    ...{ crcs: ['x', ''], updatedAt: NOW },
    ...other,
  }
}

/** An engine over a store; notes what is aborted, which takes as long as the test says. */
function engineOver(store: ResumeStore | undefined, scope?: string, abort = async () => {}) {
  const time = virtualTime()
  const aborted: string[] = []
  const engine = {
    endpoint: '/api',
    effects: { ...time, now: () => NOW },
    maxRecordAgeMs: 14 * DAY_MS,
    calls: {
      abort: ({ waybill }: { waybill: string }) => {
        aborted.push(waybill)
        return abort()
      },
    },
    ...(scope === undefined ? {} : { scope }),
    ...(store ? { resumeStore: store } : {}),
  } as unknown as Engine // what records need of it
  const started: (readonly [UploadSource, UploadOptions])[] = []
  const start = (file: UploadSource, options: UploadOptions) => {
    started.push([file, options])
    return {} as Upload
  }
  return { engine, aborted, started, time, find: () => findInterrupted(engine, start) }
}

async function storeWith(...records: readonly ResumeRecord[]) {
  const store = memoryRecords()
  for (const record of records) await store.write(record)
  return store
}

describe('findInterrupted', () => {
  it('offers nothing if there is no store, or access is denied', async () => {
    expect(await engineOver(undefined).find()).toEqual([])
    const denied = { ...memoryRecords(), list: async () => Promise.reject(new Error('denied')) }
    expect(await engineOver(denied).find()).toEqual([])
  })

  it("offers only this signer's and scope's uploads, newest first", async () => {
    const store = await storeWith(
      recordOf('old', { updatedAt: new Date(NOW.getTime() - DAY_MS) }),
      recordOf('new'),
      recordOf('elsewhere', { endpoint: '/other' }),
      recordOf('hers', { scope: 'ada' }),
    )
    const names = async (scope?: string) =>
      (await engineOver(store, scope).find()).map(({ name }) => name)
    expect(await names()).toEqual(['new.bin', 'old.bin'])
    expect(await names('ada')).toEqual(['hers.bin'])
  })

  it('deletes records older than two weeks, and continues if that fails', async () => {
    const old = recordOf('old', { updatedAt: new Date(NOW.getTime() - 14 * DAY_MS - 1) })
    const last = recordOf('last', { updatedAt: new Date(NOW.getTime() - 14 * DAY_MS) })
    const store = await storeWith(old, last)
    expect((await engineOver(store).find()).map(({ name }) => name)).toEqual(['last.bin'])
    expect([...store.records.keys()]).toEqual(['last'])
    const stuck = { ...(await storeWith(old, last)), remove: () => Promise.reject(new Error()) }
    expect(await engineOver(stuck).find()).toHaveLength(1)
  })

  it('leaves out uploads held by others, using a query or a claim that it releases', async () => {
    const store = await storeWith(recordOf('held'), recordOf('free'))
    await store.claim('held')
    expect((await engineOver(store).find()).map(({ name }) => name)).toEqual(['free.bin'])
    expect(await store.claim('free')).toBeDefined()
    const looking = { ...store, isClaimed: async (id: string) => id === 'free' }
    expect((await engineOver(looking).find()).map(({ name }) => name)).toEqual(['held.bin'])
    const unable = { ...store, isClaimed: () => Promise.reject(new Error('denied')) }
    expect(await engineOver(unable).find()).toEqual([])
  })

  it('offers all uploads to two concurrent callers, and looks again afterwards', async () => {
    const store = await storeWith(recordOf('a'))
    const { find } = engineOver(store)
    expect((await Promise.all([find(), find()])).map(({ length }) => length)).toEqual([1, 1])
    const release = await store.claim('a')
    expect(await find()).toEqual([])
    release?.()
    expect(await find()).toHaveLength(1)
  })

  it('reports what is known about the file, and starts with that', async () => {
    const more = { rule: 'video', metadata: { album: '7' } }
    const relativePath = 'films/full.bin'
    const { find, started } = engineOver(
      await storeWith(
        recordOf('plain'),
        recordOf('full', { ...more, relativePath, path: '/full.bin' }),
      ),
    )
    const [plain, full] = await find()
    expect(plain).toMatchObject({ name: 'plain.bin', size: 25, type: 'a/b', sent: 10 })
    expect(plain).toMatchObject({ canReopen: false, updatedAt: NOW })
    expect(plain).not.toHaveProperty('rule')
    expect(plain).not.toHaveProperty('metadata')
    expect(plain).not.toHaveProperty('path')
    expect(full).toMatchObject({ ...more, path: relativePath, canReopen: true })
    expect(() => plain?.resume()).toThrow(new TypeError('file is missing: choose plain.bin again'))
    const file = new Blob()
    const { signal } = new AbortController()
    plain?.resume(file, { signal })
    full?.resume()
    expect(started).toEqual([
      [file, { name: 'plain.bin', path: '', type: 'a/b', signal }],
      ['/full.bin', { name: 'full.bin', path: relativePath, type: 'a/b', ...more }],
    ])
  })

  it('forgets an upload together with its parts in S3', async () => {
    const store = await storeWith(recordOf('a'), recordOf('b'))
    const { find, aborted } = engineOver(store)
    const [first] = await find()
    await first?.forget()
    expect(aborted).toEqual(['waybill of a'])
    expect([...store.records.keys()]).toEqual(['b'])
  })
})

describe('forgetRecords', () => {
  it('does nothing if there is no store', async () => {
    await forgetRecords(engineOver(undefined).engine)
  })

  it('waits five seconds for a signer that does not respond', async () => {
    const store = await storeWith(recordOf('a'))
    const { engine, time } = engineOver(store, undefined, () => new Promise(() => {}))
    await time.until(forgetRecords(engine))
    expect(time.monotonicMs()).toBe(5_000)
    expect(store.records.size).toBe(0)
  })

  it('does not wait longer, or reject later, once the signer has responded', async () => {
    const unhandled = unhandledRejections()
    const { engine, time } = engineOver(await storeWith(recordOf('a')))
    await forgetRecords(engine)
    const never = time.until(new Promise(() => {}))
    await expect(never).rejects.toMatchObject({ message: 'nothing is left to wait for' })
    expect([time.monotonicMs(), unhandled]).toEqual([0, []])
  })

  it('deletes a record again if a concurrent write has restored it', async () => {
    const store = await storeWith(recordOf('a'))
    const { engine } = engineOver(store, undefined, () => store.write(recordOf('a')))
    await forgetRecords(engine)
    expect(store.records.size).toBe(0)
  })
})

describe('claimRecord', () => {
  const file = new File(['abc'], 'a.txt', { type: 'text/plain', lastModified: 1 })
  const description = { name: 'a.txt', size: 3, type: 'text/plain' }
  const of = (source: UploadSource = file) => ({ file, source, description })
  const current = () => ({ waybill: 'w', uploadId: 'u', key: 'k', partSize: 10, crcs: [] })

  it("keeps a file's handle", async () => {
    const store = memoryRecords()
    // A copy of it, as in a browser's database, has no methods.
    const handle = Object.assign(Object.create({ getFile: async () => file }), { name: 'a.txt' })
    const claimed = await claimRecord(engineOver(store).engine, of(handle))
    claimed?.keep(current)
    await settle()
    expect([...store.records.values()]).toMatchObject([{ handle: { name: 'a.txt' } }])
  })

  it('differs between rules and between scopes', async () => {
    const store = memoryRecords()
    const { engine } = engineOver(store)
    const claims = [
      await claimRecord(engine, of()),
      await claimRecord(engine, { ...of(), rule: 'video' }),
      await claimRecord(engineOver(store, 'ada').engine, of()),
    ]
    expect(claims.filter((claimed) => claimed !== undefined)).toHaveLength(3)
  })

  it('finds nothing that is two weeks old or unreadable', async () => {
    const store = memoryRecords()
    const { engine } = engineOver(store)
    const claimed = await claimRecord(engine, of())
    claimed?.keep(current)
    claimed?.release()
    await settle()
    const [record] = store.records.values()
    if (!record) throw new Error('nothing was kept')
    await store.write({ ...record, updatedAt: new Date(NOW.getTime() - 14 * DAY_MS) })
    const old = await claimRecord(engine, of())
    expect(old).not.toHaveProperty('found')
    old?.release()
    await store.write({ ...record, updatedAt: new Date(NOW.getTime() - 14 * DAY_MS + 1) })
    expect(await claimRecord(engine, of())).toHaveProperty('found')
    const broken = { ...memoryRecords(), read: () => Promise.reject(new Error('broken')) }
    const unread = await claimRecord(engineOver(broken).engine, of())
    expect(unread).toBeDefined()
    expect(unread).not.toHaveProperty('found')
  })
})
