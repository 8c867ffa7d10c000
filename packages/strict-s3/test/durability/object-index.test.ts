/**
 * The index that a server leaves behind when it closes: with it, the next server must find what it
 * would find without it.
 *
 * @module
 */

import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LocalProcess } from '@waybill/test-support/local-process'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type StrictS3, type StrictS3Options, startStrictS3 } from 'strict-s3'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { childrenOf, textOf } from 'waybill-s3/internal/xml'
import { System } from '../../../../test/conformance/system.ts'
import { MIN_INDEXED } from '../../src/storage/disk/object-index.ts'

/** S3 sorts these two in this order, and JavaScript in the other. */
const LAST = ['\uffee', '\u{1f600}']
/** A few more than needed, so that there is an index even if some are gone. */
const KEYS = [...Array.from({ length: MIN_INDEXED + 5 }, (_, index) => `key ${index}`), ...LAST]
const COUNT = KEYS.length

/** A directory with all keys. */
let filled: string
/** A copy of it. Its times differ, but the index is still used. */
let dir: string
let server: StrictS3 | undefined
let lines: string[]

beforeAll(async () => {
  filled = temporaryFolder('waybill-filled-')
  const system = await start(filled)
  const left = [...KEYS]
  const lane = async () => {
    for (let key = left.pop(); key !== undefined; key = left.pop()) await system.put(key, key)
  }
  await Promise.all(Array.from({ length: 8 }, lane))
  await tag(system, 'key 1')
  await server?.close()
})

beforeEach(async () => {
  dir = temporaryFolder('waybill-index-')
  await cp(filled, dir, { recursive: true })
})

afterEach(() => server?.close())

async function start(directory: string, options: StrictS3Options = {}): Promise<System> {
  lines = []
  server = await startStrictS3({
    dir: directory,
    buckets: ['uploads'],
    log: (line) => lines.push(line),
    ...options,
  })
  return new System(server, 'uploads')
}

async function tag(system: System, key: string): Promise<void> {
  const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>later</Value></Tag></TagSet></Tagging>'
  const ask = { method: 'PUT', key, query: { tagging: '' }, body }
  await system.expectReply(200, ask)
}

async function tagsOf(system: System, key: string): Promise<string> {
  const reply = await system.expectReply(200, { key, query: { tagging: '' } })
  return reply.body.toString()
}

/** @returns Everything that a list of versions says about each, by key. */
async function versions(system: System): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (let marker = ''; ; ) {
    const query = { versions: '', 'key-marker': marker }
    const { xml } = await system.expectReply(200, { query })
    for (const each of xml ? childrenOf(xml, 'Version') : []) {
      found.set(textOf(each, 'Key') ?? '', JSON.stringify(each))
    }
    marker = (xml && textOf(xml, 'NextKeyMarker')) ?? ''
    if (marker === '') return found
  }
}

const index = () => join(dir, 'buckets/uploads/index')
const objectsIn = (directory: string) => join(directory, 'buckets/uploads/objects')

async function objectFiles(): Promise<string[]> {
  const objects = objectsIn(dir)
  const names = await readdir(objects)
  return names.filter((name) => !name.endsWith('.amended')).map((name) => join(objects, name))
}

describe('startStrictS3 with an index', () => {
  it('finds the same objects as without the index, and then deletes it', async () => {
    expect(existsSync(index())).toBe(true)
    const indexed = await start(dir)
    const found = await versions(indexed)
    expect(found.size).toBe(COUNT)
    expect([...found.keys()].slice(-2)).toEqual(LAST)
    expect(await tagsOf(indexed, 'key 1')).toContain('later')
    expect(existsSync(index())).toBe(false)
    await server?.close()
    await rm(index())
    const read = await start(dir)
    expect(await versions(read)).toEqual(found)
    expect(await tagsOf(read, 'key 1')).toContain('later')
  })

  it('notices every change made by a killed server', async () => {
    const killed = await LocalProcess.start(dir)
    await killed.system.put('new', 'new')
    await killed.system.put('key 2', 'replaced')
    await tag(killed.system, 'key 3')
    const remove = { method: 'DELETE', key: 'key 4' }
    await killed.system.expect(204, await killed.system.signed(remove))
    await killed.kill()
    const system = await start(dir)
    const found = await versions(system)
    expect([...found.keys()].sort()).toEqual([...KEYS, 'new'].filter((k) => k !== 'key 4').sort())
    expect(await system.read('key 2')).toBe('replaced')
    expect(await tagsOf(system, 'key 3')).toContain('later')
  })

  it('trusts the existing files more than the index', async () => {
    const [gone = ''] = await objectFiles()
    await rm(gone)
    const system = await start(dir)
    expect((await versions(system)).size).toBe(COUNT - 1)
    await server?.close()
    // This index does not contain the file.
    await cp(join(filled, gone.slice(dir.length)), gone)
    expect((await versions(await start(dir))).size).toBe(COUNT)
  })

  it('reads the files if the index is damaged', async () => {
    await truncate(index(), 10_000)
    expect((await versions(await start(dir))).size).toBe(COUNT)
  })

  it("reads the files if the index is a directory or an object's file", async () => {
    await rm(index())
    await mkdir(index())
    expect((await versions(await start(dir))).size).toBe(COUNT)
    await server?.close()
    await rm(index(), { recursive: true })
    const [object = ''] = await objectFiles()
    await copyFile(object, index())
    expect((await versions(await start(dir))).size).toBe(COUNT)
  })

  it('reads the files if a server that ignores the index has replaced one', async () => {
    const kept = `${index()}.kept`
    await copyFile(index(), kept)
    const system = await start(dir)
    await system.put('key 6', 'replaced')
    await server?.close()
    await rename(kept, index())
    expect(await (await start(dir)).read('key 6')).toBe('replaced')
  })

  it('opens no objects, so a damaged one is noticed only when it is read', async () => {
    for (const file of await objectFiles()) await truncate(file, 1)
    const system = await start(dir)
    expect((await versions(system)).size).toBe(COUNT)
    const reply = await system.reply({ key: 'key 5' })
    expect([reply.status, reply.code]).toEqual([500, 'InternalError'])
    expect(lines.join('\n')).toContain('is damaged')
  })

  it('keeps the index for the next start if reading the buckets fails', async () => {
    await mkdir(join(dir, 'buckets/zebras'))
    const settings = join(dir, 'buckets/zebras/bucket.json')
    await writeFile(settings, '{')
    await expect(start(dir)).rejects.toThrow('cannot be read')
    expect(existsSync(index())).toBe(true)
    await rm(settings)
    for (const file of await objectFiles()) await truncate(file, 1)
    expect((await versions(await start(dir))).size).toBe(COUNT)
  })

  it('rewrites the index if the start fails later', async () => {
    await expect(start(dir, { buckets: ['A'] })).rejects.toThrow('bucket')
    expect(existsSync(index())).toBe(true)
  })

  it('writes no index when it is closed again because another server has the directory', async () => {
    await start(dir)
    const first = server
    await first?.close()
    await start(dir)
    await first?.close()
    expect(existsSync(index())).toBe(false)
  })
})
