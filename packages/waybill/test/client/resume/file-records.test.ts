/**
 * Records in a folder of Node, as one process sees what others have left there.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mountOn, NO_MOUNTS } from '@waybill/test-support/busy-file'
import { eventually } from '@waybill/test-support/eventually'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { NO_MODES, ON_WINDOWS } from '@waybill/test-support/windows'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fileResumeStore, type ResumeRecord } from 'waybill/client'

const RECORD: ResumeRecord = {
  ...{ version: 1, id: 'id', endpoint: 'https://signer.example', name: 'film.mp4' },
  ...{ size: 9, type: 'video/mp4', waybill: 'w', uploadId: 'u', key: 'k', partSize: 5 },
  ...{ crcs: ['AAAAAAAAAAA=', ''], updatedAt: new Date(1), path: 'films/film.mp4' },
}

describe('fileResumeStore', () => {
  it('returns a written record, with its time as a Date, and nothing once it is removed', async () => {
    const files = join(temporaryFolder('waybill-client-'), 'made', 'when needed')
    const records = fileResumeStore(files)
    expect(await records.list()).toEqual([])
    await records.remove('id')
    await records.write({ ...RECORD, size: 8 })
    await records.write(RECORD)
    expect(await records.read('id')).toEqual(RECORD)
    expect(await fileResumeStore(files).list()).toEqual([RECORD])
    expect(await readdir(files)).toEqual(['id.json'])
    await records.remove('id')
    expect([await records.read('id'), await records.list()]).toEqual([undefined, []])
  })

  it('makes its files private to their owner, and stores no handles, which only browsers can open', async ({
    skip,
  }) => {
    skip(ON_WINDOWS, NO_MODES)
    const files = join(temporaryFolder('waybill-client-'), 'deep', 'down')
    const handle = { kind: 'file' } as FileSystemFileHandle
    await fileResumeStore(files).write({ ...RECORD, handle })
    expect(await fileResumeStore(files).read('id')).toEqual(RECORD)
    await fileResumeStore(files).claim('id')
    for (const path of [files, join(files, 'id.json'), join(files, 'id.lock')]) {
      expect((await stat(path)).mode & 0o077).toBe(0)
    }
  })

  it('gives a record to one process only, and takes it over from a dead one', async () => {
    const records = temporaryFolder('waybill-client-')
    const one = fileResumeStore(records)
    const two = fileResumeStore(records)
    const release = await one.claim('id')
    expect(release).toBeDefined()
    expect(await two.claim('id')).toBeUndefined()
    release?.()
    await eventually(() => readdir(records)).toEqual([])
    const child = spawn(process.execPath, ['--eval', ''])
    await once(child, 'exit')
    await writeFile(join(records, 'id.lock'), `${child.pid} gone`)
    const claims = await Promise.all([one.claim('id'), two.claim('id'), one.claim('id')])
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1)
    expect(await readdir(records)).toEqual(['id.lock'])
  })

  it.each([
    // In a container, the first process has the same id each time.
    ['this process, from an earlier run', process.pid, new Date()],
    ['another process, from before the machine started', process.ppid, new Date(0)],
  ])('takes a record over that is locked with the id of %s', async (_which, pid, writtenAt) => {
    const files = temporaryFolder('waybill-client-')
    const lock = join(files, 'id.lock')
    await writeFile(lock, `${pid} ${crypto.randomUUID()}`)
    await utimes(lock, writtenAt, writtenAt)
    expect(await fileResumeStore(files).isClaimed?.('id')).toBe(false)
    expect(await fileResumeStore(files).claim('id')).toBeDefined()
    expect(await fileResumeStore(files).isClaimed?.('id')).toBe(true)
    await writeFile(lock, `${process.ppid} ${crypto.randomUUID()}`)
    expect(await fileResumeStore(files).claim('id')).toBeUndefined()
  })

  it('lists each record once, whatever other files exist', async () => {
    const files = temporaryFolder('waybill-client-')
    const records = fileResumeStore(files)
    await records.write(RECORD)
    await records.claim('id')
    await writeFile(join(files, 'id.temp'), '')
    expect(await records.list()).toEqual([RECORD])
  })

  it('can write a record from two places at once', async () => {
    const files = temporaryFolder('waybill-client-')
    const records = fileResumeStore(files)
    await Promise.all(Array.from({ length: 8 }, () => records.write(RECORD)))
    expect(await records.read('id')).toEqual(RECORD)
    expect(await readdir(files)).toEqual(['id.json'])
  })

  it('replaces a record as soon as no other program has it open, as on Windows', async ({
    skip,
  }) => {
    skip(NO_MOUNTS !== '', NO_MOUNTS)
    const files = temporaryFolder('waybill-client-')
    const records = fileResumeStore(files)
    await records.write({ ...RECORD, size: 8 })
    const unmount = mountOn(join(files, 'id.json'))
    onTestFinished(unmount)
    const written = records.write(RECORD)
    written.catch(() => {}) // looked at below
    await eventually(() => readdir(files)).toHaveLength(2)
    unmount()
    await written
    expect(await records.read('id')).toEqual(RECORD)
    expect(await readdir(files)).toEqual(['id.json'])
  })

  it('reports a claim without taking one', async () => {
    const records = temporaryFolder('waybill-client-')
    const one = fileResumeStore(records)
    const two = fileResumeStore(records)
    expect(await two.isClaimed?.('id')).toBe(false)
    const release = await one.claim('id')
    expect(await two.isClaimed?.('id')).toBe(true)
    release?.()
    await eventually(() => two.isClaimed?.('id')).toBe(false)
    const child = spawn(process.execPath, ['--eval', ''])
    await once(child, 'exit')
    await writeFile(join(records, 'id.lock'), `${child.pid} gone`)
    expect(await two.isClaimed?.('id')).toBe(false)
    expect(await readdir(records)).toEqual(['id.lock'])
  })

  it('ignores incomplete records, and files that are not records', async () => {
    const folderOfRecords = temporaryFolder('waybill-client-')
    const records = fileResumeStore(folderOfRecords)
    await writeFile(join(folderOfRecords, 'half.json'), '{"version":1,"id":"ha')
    await writeFile(join(folderOfRecords, 'other.json'), '{"version":2}')
    expect(await records.list()).toEqual([])
    expect(await records.read('half')).toBeUndefined()
    expect(await records.read('none')).toBeUndefined()
  })
})
