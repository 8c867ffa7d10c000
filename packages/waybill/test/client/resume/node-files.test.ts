import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '@waybill/test-support/eventually'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads, sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { type System, startSystem } from '@waybill/test-support/system'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { failureOf, nextEvent } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import { fileResumeStore } from 'waybill/client'

const MIB = 1024 ** 2
const PART = { signer: { partSize: 5 * MIB } }

async function fileOnDisk(size: number, seed: number): Promise<{ path: string; file: File }> {
  const file = seededFile('film.bin', size, seed)
  const path = join(temporaryFolder('waybill-client-'), file.name)
  await writeFile(path, file.stream())
  return { path, file }
}

/** Another process begins the upload and is killed when S3 has some parts. */
async function killedMidway(system: System, path: string, records: string): Promise<void> {
  const child = spawn(process.execPath, [
    '--conditions=@waybill/source',
    join(import.meta.dirname, 'upload-path.ts'),
    system.endpoint,
    path,
    records,
  ])
  await recordedParts(child, system, records)
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function recordedParts(child: ChildProcess, system: System, records: string): Promise<void> {
  let errors = ''
  child.stderr?.on('data', (text: Buffer) => {
    errors += text
  })
  child.on('exit', (code) => {
    if (code !== null) throw new Error(`the child ended too early: ${errors}`)
  })
  // A part is sent only after the record of the one before it is on its way.
  await system.storageProxy.until(
    () =>
      system.storageProxy.exchanges.filter(({ request }) => request.partNumber === 4).length > 0,
  )
  await eventually(() => readdir(records)).toContainEqual(expect.stringMatching(/\.json$/))
}

describe('an upload from a path', () => {
  it.each([1000, 20 * MIB])(
    "reads %i bytes from disk, under the file's own name",
    async (bytes) => {
      const system = await startSystem(PART)
      const { path, file } = await fileOnDisk(bytes, 1)
      const upload = system.uploader('me').upload(path, { type: 'video/mp4' })
      expect(upload.name).toBe('film.bin')
      const { key, size } = await upload.done
      expect([size, upload.size, upload.type]).toEqual([file.size, file.size, 'video/mp4'])
      expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    },
  )

  it('fails if the file changes during the upload, and leaves nothing behind', async () => {
    const system = await startSystem(PART)
    const { path } = await fileOnDisk(40 * MIB, 2)
    const upload = system.uploader('me', { connections: 1 }).upload(path)
    await nextEvent(upload, 'state', ({ state }) => state === 'uploading')
    await appendFile(path, 'more')
    expect(await failureOf(upload)).toMatchObject({ code: 'FILE_UNREADABLE' })
    await eventually(() => openUploads(system)).toEqual([])
  })
})

describe('fileResumeStore', () => {
  it('lets another process resume after kill -9, sending only what is missing', async () => {
    const system = await startSystem(PART)
    const { path, file } = await fileOnDisk(60 * MIB, 3)
    const records = temporaryFolder('waybill-client-')
    await killedMidway(system, path, records)
    const sentBefore = system.storageProxy.exchanges.length
    const uploader = system.uploader('me', { resumeStore: fileResumeStore(records) })
    const [interrupted] = await uploader.interrupted()
    expect(interrupted).toMatchObject({ name: 'film.bin', canReopen: true })
    expect(interrupted?.sent).toBeGreaterThan(0)
    const done = await interrupted?.resume().done
    expect(await sha256Stored(system, done?.key ?? '')).toBe(await sha256Given(file))
    const sentAfter = system.storageProxy.exchanges
      .slice(sentBefore)
      .filter(({ request }) => request.operation === 'UploadPart')
    expect(sentAfter.length).toBeLessThan(12)
    expect((await readdir(records)).filter((name) => name.endsWith('.json'))).toEqual([])
  })
})
