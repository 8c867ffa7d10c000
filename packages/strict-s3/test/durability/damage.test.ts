import {
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  rmdir,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { LocalProcess } from '@waybill/test-support/local-process'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import type { StrictS3 } from 'strict-s3'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { System } from '../../../../test/conformance/system.ts'
import { start } from '../start.ts'
import { changeRecord } from './stored-files.ts'

const MIB = 1024 * 1024

describe('startStrictS3 on a damaged disk', () => {
  let dir: string
  let server: StrictS3
  let system: System
  let lines: string[]

  beforeEach(async () => {
    dir = temporaryFolder('waybill-damage-')
    await startAgain()
  })

  async function startAgain(): Promise<void> {
    ;({ server, system, lines } = await start({ dir }))
  }

  async function storedFile(): Promise<string> {
    const objects = join(dir, 'buckets/uploads/objects')
    const [file] = await readdir(objects)
    return join(objects, file ?? '')
  }

  async function flipByte(at: number): Promise<void> {
    const file = await open(await storedFile(), 'r+')
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at)
    await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, at)
    await file.close()
  }

  it('answers InternalError and logs the file if the first block is damaged', async () => {
    await system.put('a', Buffer.alloc(1000))
    await flipByte(500)
    const reply = await system.reply({ key: 'a' })
    expect([reply.status, reply.code]).toEqual([500, 'InternalError'])
    expect(lines.join('\n')).toContain(await storedFile())
    expect(reply.body.toString()).not.toContain(dir)
  })

  it('cuts the connection before the first wrong byte if a later block is damaged', async () => {
    await system.put('a', Buffer.alloc(8 * MIB))
    await flipByte(7 * MIB)
    await expect(system.reply({ key: 'a' })).rejects.toThrow()
  })

  it('still returns a range that is not damaged', async () => {
    await system.put('a', Buffer.alloc(8 * MIB))
    await flipByte(7 * MIB)
    const headers = { range: 'bytes=10-19' }
    const reply = await system.reply({ key: 'a', headers })
    expect([reply.status, reply.body]).toEqual([206, Buffer.alloc(10)])
  })

  it('never follows a record out of its directory', async () => {
    const victim = join(dir, 'victim')
    await writeFile(victim, 'not an object')
    const uploadId = await system.createUpload()
    const part = await system.uploadPart(uploadId, 1, 'x')
    await system.expect(200, await system.complete(uploadId, [[1, part]]))
    await server.close()
    const file = await storedFile()
    changeRecord(file, ({ parts, ...record }) => {
      const [first] = Array.isArray(parts) ? parts : []
      return { ...record, parts: [{ ...first, fileName: '../../../../victim' }] }
    })
    await startAgain()
    await system.reply({ method: 'DELETE', key: system.key })
    expect(await readFile(victim, 'utf8')).toBe('not an object')
    expect(lines.join('\n')).toContain(`${file} is damaged and left out`)
  })

  it('skips an incomplete file at startup, and logs it', async () => {
    await system.put('a', Buffer.alloc(1000))
    await server.close()
    await truncate(await storedFile(), 700)
    await startAgain()
    expect(await system.keys()).toEqual([])
    expect(lines.at(-1)).not.toBeUndefined()
    expect(lines.join('\n')).toContain('is damaged and left out')
  })

  it('refuses a directory that another server has open, even through another path', async () => {
    await expect(start({ dir })).rejects.toMatchObject({ code: 'ELOCKED' })
    const other = `${dir}-link`
    await symlink(dir, other, 'junction')
    onTestFinished(() => rm(other))
    await expect(start({ dir: other })).rejects.toMatchObject({ code: 'ELOCKED' })
    // Neither attempt has taken the lock away.
    await expect(start({ dir })).rejects.toMatchObject({ code: 'ELOCKED' })
  })

  it('refuses a directory that a server in another container has open, even if both have the same process id', async () => {
    await server.close()
    const other = await LocalProcess.start(dir)
    try {
      await writeFile(join(dir, 'lock'), String(process.pid))
      await expect(start({ dir })).rejects.toMatchObject({
        code: 'ELOCKED',
        message: expect.stringContaining('a server in another container'),
      })
    } finally {
      // Before its directory is removed, which Windows refuses while it is in use.
      await other.kill()
    }
  })

  it('releases a directory in which it could not write its process id', async () => {
    await server.close()
    await mkdir(join(dir, 'lock'))
    await expect(start({ dir })).rejects.toThrow()
    await rmdir(join(dir, 'lock'))
    await startAgain()
    expect(await system.keys()).toEqual([])
  })

  it('takes over a directory from a killed server, whichever process has its id now', async () => {
    await server.close()
    const other = await LocalProcess.start(dir)
    await other.system.put('a', 'x')
    await other.kill()
    // Alive, and no server.
    await writeFile(join(dir, 'lock'), String(process.ppid))
    await startAgain()
    expect(await system.keys()).toEqual(['a'])
  })
})
