/**
 * The directory of the server on file systems that are not Linux's: names of devices, names that differ in case alone, and
 * files that cannot be replaced while another program has them open.
 *
 * @module
 */

import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { mountOn, NO_MOUNTS } from '@waybill/test-support/busy-file'
import { eventually } from '@waybill/test-support/eventually'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { startProgram } from '@waybill/test-support/waybill-process'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { System } from '../../../../test/conformance/system.ts'

let home: string
let dir: string
let server: StrictS3 | undefined
let lines: string[]
let unmount: () => void

beforeEach(async () => {
  home = temporaryFolder('waybill-systems-')
  dir = join(home, 's3')
  server = undefined
  unmount = () => {}
})

afterEach(async () => {
  unmount()
  await server?.close()
})

async function start(...buckets: string[]): Promise<StrictS3> {
  await server?.close()
  lines = []
  server = await startStrictS3({ dir, buckets, log: (line) => lines.push(line) })
  return server
}

describe('bucket directories', () => {
  const DEVICES = ['con', 'nul.backup', 'com1', 'lpt9.a.b']
  const OTHERS = ['console', 'com10', 'my-con']

  it('avoid Windows device names, and are found again', async () => {
    const first = await start(...DEVICES, ...OTHERS)
    for (const bucket of DEVICES) await new System(first, bucket).put('a', bucket)
    const entries = await readdir(join(dir, 'buckets'))
    expect(entries.sort()).toEqual([...DEVICES.map((name) => `_${name}`), ...OTHERS].sort())
    const second = await start()
    expect(lines).toEqual([])
    for (const bucket of DEVICES) expect(await new System(second, bucket).read('a')).toBe(bucket)
  })

  it('store keys of all kinds, which never become file names', async () => {
    const keys = ['a', 'A', 'CON', 'a.', 'a ', 'c:\\b', '../x', 'é', 'e\u0301', 'k'.repeat(1024)]
    const first = await start('uploads')
    for (const key of keys) await new System(first, 'uploads').put(key, key)
    const names = await readdir(join(dir, 'buckets/uploads/objects'))
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(keys.length)
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}\.[0-9a-z]+$/)
    const second = await start('uploads')
    for (const key of keys) expect(await new System(second, 'uploads').read(key)).toBe(key)
  })
})

describe('one directory with two names', () => {
  beforeEach(({ skip }) => skip(NO_MOUNTS !== '', NO_MOUNTS))

  // As `Data` and `data` are on macOS and Windows.
  it('cannot be opened twice, and stays locked', async () => {
    await start('uploads')
    const other = join(home, 'other')
    await mkdir(other)
    unmount = mountOn(other, dir)
    await expect(startStrictS3({ dir: other })).rejects.toMatchObject({ code: 'ELOCKED' })
    const second = startProgram('strict-s3', ['--port', '0', '--dir', home])
    expect(await second.exit).toBe(1)
    expect(second.stderr()).toContain(`in use by process ${process.pid}`)
  })
})

describe('a file that another program has open, as on Windows', () => {
  beforeEach(({ skip }) => skip(NO_MOUNTS !== '', NO_MOUNTS))

  it('is replaced as soon as possible', async () => {
    const system = new System(await start('uploads'), 'uploads')
    await system.put('a', 'x')
    const tag = (value: string) =>
      system.signed({
        method: 'PUT',
        key: 'a',
        query: { tagging: '' },
        body: Buffer.from(
          `<Tagging><TagSet><Tag><Key>k</Key><Value>${value}</Value></Tag></TagSet></Tagging>`,
        ),
      })
    await system.expect(200, await tag('one'))
    const objects = join(dir, 'buckets/uploads/objects')
    const [tags = ''] = (await readdir(objects)).filter((name) => name.endsWith('.amended'))
    unmount = mountOn(join(objects, tags))
    const reply = system.send(await tag('two'))
    // The draft is on the disk: what comes next is to replace the old file.
    await eventually(() => readdir(join(dir, 'tmp'))).toHaveLength(1)
    unmount()
    expect((await reply).status).toBe(200)
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
  })
})
