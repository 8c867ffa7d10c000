import { createHash } from 'node:crypto'
import { settle } from '@waybill/test-support/eventually'
import { memoryRecords } from '@waybill/test-support/memory-records'
import { describe, expect, it } from 'vitest'
import type { ResumeRecord } from 'waybill/client'
import { RecordWriter } from '../../../src/client/resume/claim-record.ts'
import { fingerprintOf } from '../../../src/client/resume/fingerprint.ts'
import { isResumeRecord, storedSizeOf } from '../../../src/client/resume/resume-record.ts'

const RECORD: ResumeRecord = {
  ...{ version: 1, id: 'id', endpoint: '/api', name: 'a', size: 25, type: 'text/plain' },
  ...{ waybill: 'w', uploadId: 'u', key: 'k', partSize: 10, crcs: ['x', '', 'y'] },
  updatedAt: new Date(0),
}

describe('isResumeRecord', () => {
  it('recognizes a record', () => {
    expect(isResumeRecord(RECORD)).toBe(true)
    expect(isResumeRecord({ ...RECORD, crcs: [] })).toBe(true)
  })

  it.each<readonly [what: string, value: unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'record'],
    ['another layout', { ...RECORD, version: 2 }],
    ...['id', 'endpoint', 'name', 'type', 'waybill', 'uploadId', 'key'].map(
      (name): [string, unknown] => [`no ${name}`, { ...RECORD, [name]: 7 }],
    ),
    ['no size', { ...RECORD, size: '25' }],
    ['no part size', { ...RECORD, partSize: 0.5 }],
    ['no list of CRCs', { ...RECORD, crcs: 'xy' }],
    ['an invalid CRC', { ...RECORD, crcs: ['x', 7] }],
    ['no date', { ...RECORD, updatedAt: '2026-01-01' }],
  ])('rejects %s', (_, value) => {
    expect(isResumeRecord(value)).toBe(false)
  })
})

describe('storedSizeOf', () => {
  it('counts the parts that S3 has, the last one with its actual size', () => {
    expect(storedSizeOf(RECORD)).toBe(15)
    expect(storedSizeOf({ ...RECORD, crcs: ['x', 'y', ''] })).toBe(20)
    expect(storedSizeOf({ ...RECORD, crcs: [] })).toBe(0)
    // More parts than the file has.
    expect(storedSizeOf({ ...RECORD, crcs: ['x', 'x', 'x', 'x', 'x'] })).toBe(25)
  })
})

describe('RecordWriter', () => {
  /** A store that takes a while for each write. */
  function slowStore() {
    const store = memoryRecords()
    const writes: string[] = []
    const gates: (() => void)[] = []
    const write = async (record: ResumeRecord) => {
      await new Promise<void>((resolve) => gates.push(resolve))
      writes.push(record.waybill)
      await store.write(record)
    }
    const next = async () => {
      gates.shift()?.()
      await settle()
    }
    return { store: { ...store, write }, records: store.records, writes, next }
  }

  it('writes one record at a time; the next write contains all changes since', async () => {
    const { store, writes, next } = slowStore()
    let current = 1
    const writer = new RecordWriter(store, 'id', () => ({ ...RECORD, waybill: `${current}` }))
    writer.touch()
    for (current = 2; current < 5; current += 1) writer.touch()
    await next()
    await next()
    expect(writes).toEqual(['1', '5'])
    current = 6
    writer.touch()
    await next()
    await next()
    expect(writes).toEqual(['1', '5', '6'])
  })

  it('writes nothing after the record is removed', async () => {
    const { store, records, writes, next } = slowStore()
    const writer = new RecordWriter(store, 'id', () => RECORD)
    writer.touch()
    writer.touch()
    const removing = writer.remove()
    await next()
    await removing
    writer.touch()
    await next()
    expect(writes).toHaveLength(1)
    expect(records.size).toBe(0)
  })

  it('does not restore a record that another tab has removed', async () => {
    const { store, records, next } = slowStore()
    const writer = new RecordWriter(store, 'id', () => RECORD)
    writer.touch()
    await next()
    expect(records.size).toBe(1)
    await store.remove('id')
    writer.touch()
    await next()
    writer.touch()
    await next()
    expect(records.size).toBe(0)
  })

  it('continues if a write or the removal fails', async () => {
    const store = memoryRecords()
    let fails = true
    const full = async () => {
      if (fails) throw new Error('the store is full')
    }
    const write = async (record: ResumeRecord) => {
      await full()
      await store.write(record)
    }
    const writer = new RecordWriter({ ...store, write, remove: full }, 'id', () => RECORD)
    writer.touch()
    await settle()
    expect(store.records.size).toBe(0)
    fails = false
    writer.touch()
    await settle()
    expect(store.records.size).toBe(1)
    fails = true
    await writer.remove()
  })
})

describe('fingerprintOf', () => {
  const END = 64 * 1024
  const SIZE = 3 * END
  const bytes = (change = -1) => {
    const all = new Uint8Array(SIZE).fill(3)
    if (change >= 0) all[change] = 4
    return all
  }
  const about = { name: 'a.bin', size: SIZE, type: 'a/b', sha256: '' }
  const to = { endpoint: '/api' }
  const file = (change?: number, lastModified = 5) =>
    new File([bytes(change)], 'a.bin', { lastModified })

  it('is the same for the same file, in characters that every store accepts', async () => {
    const id = await fingerprintOf(file(), about, to)
    expect(id).toMatch(/^[\w-]{43}$/)
    expect(await fingerprintOf(file(), about, to)).toBe(id)
    // What lies between the ends is not read.
    expect(await fingerprintOf(file(END), about, to)).toBe(id)
    expect(await fingerprintOf(file(SIZE - END - 1), about, to)).toBe(id)
  })

  it("matches earlier versions' fingerprints, so that their records are found", async () => {
    const ends = Buffer.alloc(2 * END, 3)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const described = [to.endpoint, undefined, name, SIZE, about.type, undefined, 5]
      const hash = createHash('sha256').update(JSON.stringify(described)).update(ends)
      // Some of them have characters that Base64 writes otherwise.
      const id = hash.digest('base64url')
      expect(await fingerprintOf(file(), { ...about, name }, to)).toBe(id)
    }
  })

  it.each([
    ['first bytes', () => fingerprintOf(file(END - 1), about, to)],
    ['last bytes', () => fingerprintOf(file(SIZE - END), about, to)],
    ['time of its last change', () => fingerprintOf(file(-1, 6), about, to)],
    ['name', () => fingerprintOf(file(), { ...about, name: 'b.bin' }, to)],
    ['type', () => fingerprintOf(file(), { ...about, type: 'a/c' }, to)],
    ['metadata', () => fingerprintOf(file(), { ...about, metadata: { a: 'b' } }, to)],
    ['path', () => fingerprintOf(file(), { ...about, path: 'album/a.bin' }, to)],
    ['signer', () => fingerprintOf(file(), about, { endpoint: '/other' })],
    ['rule', () => fingerprintOf(file(), about, { ...to, rule: 'video' })],
    ['scope', () => fingerprintOf(file(), about, { ...to, scope: 'ada' })],
  ])('differs for another %s', async (_, other) => {
    expect(await other()).not.toBe(await fingerprintOf(file(), about, to))
  })

  it('accepts a Blob, which has no modification time', async () => {
    const blob = new Blob([bytes()])
    expect(await fingerprintOf(blob, about, to)).toBe(await fingerprintOf(file(-1, 0), about, to))
  })
})
