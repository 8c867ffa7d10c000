/**
 * Files that somebody else has put into the server's directory: they stop nothing, and stay.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { System } from '../../../../test/conformance/system.ts'
import { start } from '../start.ts'

let dir: string
let server: StrictS3
let system: System
let lines: string[]

beforeEach(async () => {
  dir = temporaryFolder('waybill-strays-')
  await startAgain()
})

async function startAgain(): Promise<void> {
  ;({ server, system, lines } = await start({ dir }))
}

const bucket = (...names: string[]) => join(dir, 'buckets/uploads', ...names)

/** @returns The text that is in it, its path in other words. */
async function stray(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, path)
  return path
}

async function expectStrays(paths: readonly string[]): Promise<void> {
  for (const path of paths) expect(await readFile(path, 'utf8')).toBe(path)
}

const warned = () =>
  lines.filter((line) => line.endsWith('does not belong to this server and is ignored'))

describe('startStrictS3 in a directory with unknown files', () => {
  it('logs a file name on one line, whatever it contains', async () => {
    await server.close()
    await stray(join(dir, 'buckets/a\n::error::forged'))
    await startAgain()
    const [line = ''] = warned()
    expect(line).toContain('a\\u000a::error::forged')
    expect(line).not.toContain('\n')
  })

  it('starts, logs each of them, and leaves it alone', async () => {
    await system.put('a', 'hello')
    const uploadId = await system.createUpload()
    await system.uploadPart(uploadId, 1, 'part')
    await server.close()
    const [object = ''] = await readdir(bucket('objects'))
    const [part = ''] = (await readdir(bucket('uploads', uploadId))).filter((each) =>
      each.startsWith('1-'),
    )
    const strays = await Promise.all(
      [
        join(dir, 'tmp/.DS_Store'),
        join(dir, 'tmp/notes.txt'),
        join(dir, 'buckets/.DS_Store'),
        join(dir, 'buckets/Thumbs.db'),
        bucket('objects/.DS_Store'),
        bucket('objects', `${object}~`),
        bucket('objects', `${object}.bak.tags`),
        bucket('uploads/desktop.ini'),
        bucket('uploads', uploadId, '._upload.json'),
        bucket('uploads', uploadId, `${part}.orig`),
      ].map(stray),
    )
    const inside = await Promise.all(
      [
        join(dir, 'tmp/mine/a.txt'),
        join(dir, 'buckets/My Files/a.txt'),
        join(dir, 'buckets/backup/a.txt'),
        bucket('objects/more/a.txt'),
        bucket('uploads/more/a.txt'),
        bucket('uploads', uploadId, 'more/a.txt'),
      ].map(stray),
    )
    await startAgain()
    expect(warned().map((line) => line.split(' does not ')[0])).toEqual(
      expect.arrayContaining([...strays, ...inside.map((path) => dirname(path))]),
    )
    expect(warned()).toHaveLength(strays.length + inside.length)
    await expectStrays([...strays, ...inside])
    expect(await system.read('a')).toBe('hello')
    const parts = await system.reply({ key: system.key, query: { uploadId } })
    expect(parts.body.toString()).toContain('<PartNumber>1<')
  })

  it('ignores copies of its own files', async () => {
    await system.put('a', 'old')
    await system.put('a', 'hello')
    await server.close()
    const [object = ''] = await readdir(bucket('objects'))
    const [key = ''] = object.split('.')
    await cp(bucket('objects', object), bucket('objects', `${key}.zz`))
    await cp(bucket(), join(dir, 'buckets/uploads-copy'), { recursive: true })
    await startAgain()
    expect(warned()).toHaveLength(2)
    expect(await system.read('a')).toBe('hello')
    await server.close()
    expect((await readdir(bucket('objects'))).sort()).toEqual([object, `${key}.zz`])
    expect((await readdir(join(dir, 'buckets'))).sort()).toEqual(['uploads', 'uploads-copy'])
    await startAgain()
    expect(await system.read('a')).toBe('hello')
  })

  it.each(['copy', 'folder'])('never creates a bucket in place of a %s', async (name) => {
    await system.put('a', 'hello')
    await server.close()
    const copy = join(dir, 'buckets/copy')
    await cp(bucket(), copy, { recursive: true })
    const objects = (await readdir(join(copy, 'objects'))).map((each) =>
      join(copy, 'objects', each),
    )
    await stray(join(dir, 'buckets/folder/a.txt'))
    await startAgain()
    const create = { method: 'PUT', path: `/${name}` }
    expect((await system.reply(create)).code).toBe('BucketAlreadyExists')
    expect(lines.at(-1)).toContain(join(dir, 'buckets', name))
    for (const object of objects) expect(await readFile(object, 'utf8')).toMatch(/^hello/)
    await system.expectReply(200, { method: 'PUT', path: '/another' })
  })

  it('deletes buckets that a crash left half created or half deleted, and no others', async () => {
    await server.close()
    const uploadId = 'u'.repeat(64)
    await stray(join(dir, 'buckets/half/objects', `${'0'.repeat(64)}.1`))
    await stray(join(dir, 'buckets/half/uploads', uploadId, `1-${'0'.repeat(16)}`))
    await mkdir(join(dir, 'buckets/empty'))
    const other = await stray(join(dir, 'buckets/other/objects/mine.txt'))
    await startAgain()
    expect((await readdir(join(dir, 'buckets'))).sort()).toEqual(['other', 'uploads'])
    await expectStrays([other])
  })

  it('confirms UploadPart only once the part is stored', async () => {
    const uploadId = await system.createUpload()
    await rm(bucket('uploads', uploadId), { recursive: true })
    const query = { uploadId, partNumber: '1' }
    const ask = { method: 'PUT', key: system.key, query, body: 'part' }
    expect((await system.reply(ask)).status).toBe(500)
  })

  it('completes and aborts uploads next to them', async () => {
    const uploadId = await system.createUpload()
    const file = await stray(bucket('uploads', uploadId, '.DS_Store'))
    const etag = await system.uploadPart(uploadId, 1, 'part')
    await system.expect(200, await system.complete(uploadId, [[1, etag]]))
    await server.close()
    await startAgain()
    expect(await system.read()).toBe('part')
    await system.expectReply(204, { method: 'DELETE', key: system.key })
    await server.close()
    await startAgain()
    await expectStrays([file])
  })
})

describe('startStrictS3 in a directory with symbolic links', () => {
  it.each([
    'tmp',
    'buckets',
    'buckets/uploads',
    'buckets/uploads/objects',
    'buckets/uploads/uploads',
    'lock.sqlite',
  ])('refuses %s that leads elsewhere, and deletes nothing there', async (name) => {
    const victim = temporaryFolder('waybill-victim-')
    const file = join(victim, randomUUID())
    await writeFile(file, 'mine')
    await server.close()
    await rm(join(dir, name), { recursive: true, force: true })
    await symlink(victim, join(dir, name), 'junction')
    await expect(start({ dir })).rejects.toMatchObject({ code: 'ELOOP', path: join(dir, name) })
    expect(await readFile(file, 'utf8')).toBe('mine')
    expect(await readdir(victim)).toHaveLength(1)
  })

  it('starts if its directory itself is reached through a link', async () => {
    const link = `${dir}-link`
    await symlink(dir, link, 'junction')
    onTestFinished(() => rm(link))
    await server.close()
    const other = await startStrictS3({ dir: link })
    await other.close()
  })
})

describe("startStrictS3 in a directory with another program's lock file", () => {
  // A journal names a file that SQLite removes, if the database beside it holds anything.
  it('empties it, so that SQLite follows no journal next to it', async () => {
    await server.close()
    const lock = join(dir, 'lock.sqlite')
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
    const database = new DatabaseSync(lock)
    database.exec('CREATE TABLE any (value)')
    database.close()
    const victim = join(dir, 'victim')
    await writeFile(victim, 'mine')
    await writeFile(`${lock}-journal`, hotJournal(victim))
    await startAgain()
    expect(await readFile(victim, 'utf8')).toBe('mine')
    expect(await readdir(dir)).not.toContain('lock.sqlite-journal')
    expect(await readFile(lock, 'latin1')).toBe('')
  })
})

/** @see https://www.sqlite.org/fileformat2.html#the_rollback_journal */
function hotJournal(superJournal: string): Buffer {
  const magic = Buffer.from('d9d505f920a163d7', 'hex')
  const name = Buffer.from(superJournal)
  const sum = name.reduce((total, byte) => total + byte, 0)
  const [pageSize, sectorSize] = [4096, 512]
  const head = Buffer.alloc(sectorSize)
  Buffer.concat([magic, bigEndian(0, 0, 2, sectorSize, pageSize)]).copy(head)
  const lockPage = 2 ** 30 / pageSize + 1
  return Buffer.concat([head, bigEndian(lockPage), name, bigEndian(name.length, sum), magic])
}

function bigEndian(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4)
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, index * 4)
  return bytes
}

describe.runIf(process.platform === 'linux')('startStrictS3 in /proc', () => {
  it('reports at once that it cannot create its directory there', async () => {
    await expect(startStrictS3({ dir: '/proc/waybill/s3' })).rejects.toMatchObject({
      code: 'ENOENT',
      path: '/proc/waybill',
    })
  })
})
