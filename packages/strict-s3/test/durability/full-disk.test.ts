/**
 * A disk that is full: a small one of its own, in memory, which Linux gives to root.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, open, readdir, rm, rmdir, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '@waybill/test-support/eventually'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RawRequest } from '../../../../test/conformance/request/raw-request.ts'
import { System } from '../../../../test/conformance/system.ts'

const run = promisify(execFile)
const MIB = 1024 * 1024
const TOO_MUCH = randomBytes(12 * MIB)

async function mountDisk(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-disk-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', directory])
    return directory
  } catch (error) {
    await rmdir(directory)
    throw error
  }
}

async function unmountDisk(directory: string): Promise<void> {
  // Lazily: the file that was read last may be closed a moment after the server is.
  await run('umount', ['--lazy', directory])
  await rmdir(directory)
}

const mountable = await mountDisk()
  .then(unmountDisk)
  .then(
    () => true,
    () => false,
  )
const skipped = 'a full disk (skipped: it takes root on Linux to mount a small one)'
if (!mountable) console.warn(skipped)

describe.skipIf(!mountable)(mountable ? 'a full disk' : skipped, () => {
  let disk: string
  let server: StrictS3
  let system: System
  let log: string[]

  beforeEach(async () => {
    disk = await mountDisk()
    log = []
    const dir = join(disk, 's3')
    server = await startStrictS3({ dir, buckets: ['uploads'], log: (line) => log.push(line) })
    system = new System(server, 'uploads')
  })

  afterEach(async () => {
    await server.close()
    await unmountDisk(disk)
  })

  /** All files, and the directories of uploads. */
  async function files(): Promise<string[]> {
    const entries = await readdir(disk, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile() || entry.parentPath.endsWith('/uploads/uploads'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
  }

  async function expectRefused(raw: RawRequest): Promise<void> {
    const reply = await system.send(raw)
    expect([reply.status, reply.code]).toEqual([500, 'InternalError'])
    expect(reply.body.toString()).toContain('disk is full')
    // The line is written once the answer is out.
    await eventually(() => log.at(-1)).toContain('ENOSPC')
  }

  it.each<[string, () => Promise<RawRequest>]>([
    ['a PUT', () => system.signed({ method: 'PUT', key: 'a', body: TOO_MUCH })],
    ['a form', () => system.form({ key: 'a', file: TOO_MUCH })],
    [
      'a part',
      async () => {
        const query = { uploadId: await system.createUpload({}, 'a'), partNumber: '1' }
        return system.signed({ method: 'PUT', key: 'a', query, body: TOO_MUCH })
      },
    ],
  ])('rejects %s that does not fit, and keeps what was there', async (_what, request) => {
    await system.put('a', 'old')
    const raw = await request()
    const before = await files()
    await expectRefused(raw)
    expect(await files()).toEqual(before)
    expect(await system.read('a')).toBe('old')
    await system.put('a', randomBytes(2 * MIB))
  })

  it('rejects every write while there is no space, and leaves no remnants', async () => {
    await system.put('a', 'old')
    const uploadId = await system.createUpload()
    const etag = await system.uploadPart(uploadId, 1, 'part')
    const before = await files()
    const filler = await fill(disk)
    const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
    const tag = { method: 'PUT', key: 'a', query: { tagging: '' }, body }
    const complete = await system.complete(uploadId, [[1, etag]])
    for (const raw of [
      await system.signed({ method: 'PUT', key: 'a', body: 'new' }),
      await system.form({ key: 'a', file: Buffer.from('new') }),
      await system.signed({ method: 'POST', key: 'a', query: { uploads: '' } }),
      await system.signed({ method: 'PUT', path: '/another-bucket' }),
      await system.signed(tag),
      complete,
    ]) {
      await expectRefused(raw)
    }
    expect(await system.read('a')).toBe('old')
    await rm(filler)
    expect(await files()).toEqual(before)
    await system.expect(200, complete)
    await system.expectReply(200, tag)
    expect(await system.read()).toBe('part')
  })

  it('still lets clients read and delete objects, and reuses the space', async () => {
    const bytes = randomBytes(2 * MIB)
    await system.put('a', bytes)
    await system.put('b', 'small')
    await fill(disk)
    expect(await system.read('b')).toBe('small')
    await system.expectReply(204, { method: 'DELETE', key: 'a' })
    await system.put('c', randomBytes(MIB))
    expect(await system.keys()).toEqual(['b', 'c'])
  })

  it('does not prevent the next start', async () => {
    await system.put('a', 'old')
    await fill(disk)
    await server.close()
    server = await startStrictS3({ dir: join(disk, 's3') })
    system = new System(server, 'uploads')
    expect(await system.read('a')).toBe('old')
  })
})

/** Takes all the room there is. @returns The file that takes it. */
async function fill(disk: string): Promise<string> {
  const path = join(disk, 'filler')
  const file = await open(path, 'wx')
  const { bavail, bsize } = await statfs(disk)
  await file.write(Buffer.alloc(bavail * bsize))
  await file.close()
  expect((await statfs(disk)).bavail).toBe(0)
  return path
}
