import { eventually } from '@waybill/test-support/eventually'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads, partsSent, storedKeys } from '@waybill/test-support/stored'
import { describe, expect, it } from 'vitest'
import type { AcceptedFile } from 'waybill'
import { MIB, startUppy, type TestedUppy, untilParts } from './uppy-system.ts'

/** What Uppy's other plugins are told, by the name of the file. */
function toldBy(uppy: TestedUppy): string[] {
  const told: string[] = []
  uppy.on('upload-start', (files) => told.push(`start ${files.map(({ name }) => name)}`))
  uppy.on('upload-success', (file) => told.push(`success ${file?.name}`))
  uppy.on('upload-error', (file) => told.push(`error ${file?.name}`))
  uppy.on('complete', ({ successful, failed }) => {
    told.push(`complete ${successful?.length} ${failed?.length}`)
  })
  return told
}

describe('WaybillUploader', () => {
  it('sends five files, and reports each result to Uppy', async () => {
    const { uppy, add, expectStored } = await startUppy()
    const told = toldBy(uppy)
    const sizes = [0, 1, 100 * 1024, 5 * MIB, 20 * MIB]
    const ids = sizes.map((size) => add(`file-${size}`, size))
    const result = await uppy.upload()
    expect([result?.successful?.length, result?.failed]).toEqual([5, []])
    for (const id of ids) await expectStored(id)
    expect(uppy.getFile(ids[4] ?? '').response?.body).toMatchObject({
      size: 20 * MIB,
      receipt: expect.any(String),
    })
    const names = sizes.map((size) => `file-${size}`)
    expect(told[0]).toBe(`start ${names}`)
    expect(told.slice(1, -1).sort()).toEqual(names.map((name) => `success ${name}`).sort())
    expect(told.at(-1)).toBe('complete 5 0')
  })

  it('reports progress in bytes, which never decreases', async () => {
    // On a fast line there would be little to tell, ten times a second at most.
    const { uppy, add } = await startUppy({
      storagePlan: ({ operation }) =>
        operation === 'UploadPart' ? { kind: 'slow-request', lastsMs: 300 } : undefined,
    })
    const sent: number[] = []
    uppy.on('upload-progress', (file, { bytesUploaded, bytesTotal, uploadStarted }) => {
      expect([file?.name, bytesTotal]).toEqual(['film', 20 * MIB])
      expect(uploadStarted).toBeGreaterThan(0)
      sent.push(bytesUploaded)
    })
    add('film', 20 * MIB)
    await uppy.upload()
    expect(sent.length).toBeGreaterThan(3)
    expect(sent).toEqual(sent.toSorted((a, b) => a - b))
    expect(sent.at(-1)).toBe(20 * MIB)
  })

  it('sends a second batch, and no file twice', async () => {
    const { uppy, add, system } = await startUppy()
    add('one', 100)
    await uppy.upload()
    add('two', 100)
    const result = await uppy.upload()
    expect(result?.successful?.map(({ name }) => name)).toEqual(['two'])
    expect(system.completed).toEqual(['files/one', 'files/two'])
  })

  it('sends the rest of a restored batch, and reports no start twice', async () => {
    const { uppy, add, system } = await startUppy()
    const ids = ['sent', 'failed', 'begun', 'new'].map((name) => add(name, 100))
    const [sent = '', failed = '', begun = ''] = ids
    const started = { uploadStarted: Date.now(), bytesUploaded: 0, bytesTotal: 100 }
    uppy.setFileState(sent, { progress: { ...started, uploadComplete: true }, isRestored: true })
    uppy.setFileState(failed, { error: 'too large' })
    uppy.setFileState(begun, { progress: started, isRestored: true })
    const told = toldBy(uppy)
    uppy.setState({ currentUploads: { batch: { fileIDs: ids, step: 0, result: {} } } })
    await uppy.restore('batch')
    expect(told[0]).toBe('start new')
    expect(system.completed.sort()).toEqual(['files/begun', 'files/new'])
  })

  it('accepts new options for files that begin later, and a locale like any plugin', async () => {
    const { uppy, add, system } = await startUppy()
    uppy.setOptions({ locale: { strings: { cancel: 'Abbrechen' } } })
    uppy.getPlugin('Waybill')?.setOptions({ allowedMetaFields: ['folder'] })
    uppy.setFileMeta(add('a', 1), { folder: 'elsewhere' })
    await uppy.upload()
    expect(system.completed).toEqual(['elsewhere/a'])
  })

  it('sends the name, the type and the allowed fields', async () => {
    const seen: unknown[] = []
    const rules = {
      any: {
        ...{ types: ['text/*'], maxSize: '1 MiB', public: true as const },
        key: ({ id, name, type, metadata }: AcceptedFile<unknown>) => {
          seen.push({ name, type, metadata })
          return `files/${id}`
        },
      },
    }
    const { uppy } = await startUppy(
      { signer: { rules } },
      { rule: 'any', allowedMetaFields: ['album', 'year', 'missing'] },
    )
    const data = new File(['hello'], 'a.txt', { type: 'text/plain' })
    const id = uppy.addFile({ name: 'a.txt', type: 'text/plain', data })
    uppy.setFileMeta(id, { name: 'letter.txt', album: 'Mine', year: 2026, secret: 'x' })
    expect((await uppy.upload())?.failed).toEqual([])
    const metadata = { album: 'Mine', year: '2026' }
    expect(seen).toEqual([{ name: 'letter.txt', type: 'text/plain', metadata }])
  })

  it("sends each file's path in the dropped folder, with its current name", async () => {
    const seen: string[] = []
    const rules = {
      any: {
        ...{ types: ['text/*'], maxSize: '1 MiB', public: true as const },
        key: ({ id, path }: AcceptedFile<unknown>) => {
          seen.push(path)
          return `files/${id}/${path}`
        },
      },
    }
    const { uppy } = await startUppy({ signer: { rules } }, { rule: 'any' })
    for (const relativePath of ['album/trip/a.txt', '/album/a.txt', null]) {
      const data = new File(['hello'], 'a.txt', { type: 'text/plain' })
      const meta = { relativePath }
      const id = uppy.addFile({ name: 'a.txt', type: 'text/plain', data, meta })
      uppy.setFileMeta(id, { name: 'letter.txt' })
    }
    expect((await uppy.upload())?.failed).toEqual([])
    expect(seen.sort()).toEqual(['album/letter.txt', 'album/trip/letter.txt', 'letter.txt'])
  })

  it.each([
    ['one file', (uppy: TestedUppy, id: string) => uppy.pauseResume(id)],
    [
      'all files',
      (uppy: TestedUppy, id: string) =>
        uppy.getFile(id).isPaused ? uppy.resumeAll() : uppy.pauseAll(),
    ],
  ])('pauses %s and resumes from what S3 has', async (_name, toggle) => {
    const { uppy, add, expectStored, system } = await startUppy()
    expect(uppy.getState().capabilities.resumableUploads).toBe(true)
    const id = add('film', 25 * MIB)
    const whole = uppy.upload()
    await untilParts(system, 3)
    toggle(uppy, id)
    expect(uppy.getFile(id).isPaused).toBe(true)
    const before = partsSent(system).length
    // Another upload has the line for itself meanwhile.
    await system.uploader('me').upload(new File(['another'], 'another')).done
    // One may have left before the pause, and arrived after it.
    expect(partsSent(system).length).toBeLessThanOrEqual(before + 1)
    toggle(uppy, id)
    expect((await whole)?.failed).toEqual([])
    await expectStored(id)
    expect(partsSent(system).length).toBeLessThanOrEqual(5 + 1)
  })

  it("aborts a removed file's upload, and sends the others", async () => {
    const { uppy, add, expectStored, system } = await startUppy()
    const told = toldBy(uppy)
    const [gone, stays] = [add('gone', 25 * MIB), add('stays', 100)]
    const whole = uppy.upload()
    await untilParts(system, 2)
    uppy.removeFile(gone)
    const result = await whole
    expect(result?.successful?.map(({ name }) => name)).toEqual(['stays'])
    expect(result?.failed).toEqual([])
    await expectStored(stays)
    expect(told.filter((line) => line.includes('gone'))).toEqual(['start gone,stays'])
    await eventually(() => openUploads(system)).toEqual([])
  })

  it('ends with nothing stored if everything is canceled', async () => {
    const { uppy, add, system } = await startUppy()
    for (const name of ['a', 'b', 'c', 'd', 'e']) add(name, 20 * MIB)
    const whole = uppy.upload()
    await untilParts(system, 1)
    uppy.cancelAll()
    expect(await whole).toMatchObject({ successful: [], failed: [] })
    expect(uppy.getFiles()).toEqual([])
    expect(await storedKeys(system)).toEqual([])
  })
})

describe('WaybillUploader with a failing file', () => {
  it('reports the reason, and sends the others', async () => {
    const rules = { any: { types: ['text/plain'], maxSize: '1 KiB', public: true as const } }
    const { uppy, system } = await startUppy({ signer: { rules } })
    const add = (name: string, size: number) =>
      uppy.addFile({ name, type: 'text/plain', data: seededFile(name, size, size) })
    const [large] = [add('large', 2000), add('small', 10)]
    const result = await uppy.upload()
    expect(result?.successful?.map(({ name }) => name)).toEqual(['small'])
    expect(uppy.getFile(large ?? '').error).toContain('2000')
    expect(await storedKeys(system)).toHaveLength(1)
  })

  it.each([
    ['retryUpload', (uppy: TestedUppy, id: string) => uppy.retryUpload(id)],
    ['retryAll', (uppy: TestedUppy) => uppy.retryAll()],
    ['upload', (uppy: TestedUppy) => uppy.upload()],
  ])('resumes from what S3 has after %s', async (_name, retry) => {
    const { uppy, add, expectStored, system } = await startUppy()
    const id = add('film', 25 * MIB)
    const whole = uppy.upload()
    await untilParts(system, 4)
    system.storageProxy.offline()
    expect((await whole)?.failed).toHaveLength(1)
    const before = partsSent(system).length
    system.storageProxy.online()
    expect((await retry(uppy, id))?.failed).toEqual([])
    await expectStored(id)
    expect(partsSent(system).length - before).toBeLessThanOrEqual(2)
  })

  it('sends the new file if it was changed before the retry', async () => {
    const { uppy, add, system } = await startUppy()
    const id = add('picture', 100)
    system.storageProxy.offline()
    expect((await uppy.upload())?.failed).toHaveLength(1)
    system.storageProxy.online()
    uppy.setFileState(id, { data: new Blob(['smaller']) })
    uppy.setFileMeta(id, { name: 'renamed' })
    await uppy.retryAll()
    expect(uppy.getFile(id).response?.body).toMatchObject({ key: 'files/renamed', size: 7 })
  })

  it('rejects a file from a remote provider, and one that has lost its bytes', async () => {
    const { uppy } = await startUppy()
    const body = { companionUrl: 'https://companion.test', url: 'x', requestClientId: 'Drive' }
    const far = { name: 'far', isRemote: true as const, remote: body, data: { size: 5 } }
    const remote = uppy.addFile(far)
    const ghost = uppy.addFile({ name: 'ghost', data: new Blob(['x']) })
    uppy.setFileState(ghost, { data: undefined, isGhost: true })
    expect((await uppy.upload())?.failed).toHaveLength(2)
    expect(uppy.getFile(remote).error).toContain('far is stored at a remote provider')
    expect(uppy.getFile(ghost).error).toContain('ghost was restored without its bytes')
  })

  it('reports once that nothing gets through, and continues', async () => {
    const { uppy, add, expectStored, system } = await startUppy()
    const patient = system.uploader('me', { connections: 1 })
    uppy.getPlugin('Waybill')?.setOptions({ uploader: patient })
    const stalled: string[] = []
    uppy.on('upload-stalled', ({ message }, files) => {
      stalled.push(`${files.map(({ name }) => name)}: ${message}`)
      system.storageProxy.online()
    })
    const id = add('film', 20 * MIB)
    const whole = uppy.upload()
    await untilParts(system, 2)
    system.storageProxy.offline()
    expect((await whole)?.failed).toEqual([])
    expect(stalled).toEqual(['film: No connection. The upload resumes automatically.'])
    await expectStored(id)
  })

  it('aborts and detaches from Uppy when the plugin is removed', async () => {
    const { uppy, add, system } = await startUppy()
    add('film', 25 * MIB)
    const whole = uppy.upload()
    await untilParts(system, 2)
    const plugin = uppy.getPlugin('Waybill')
    if (!plugin) throw new Error('the plugin is not there')
    uppy.removePlugin(plugin)
    expect((await whole)?.failed).toHaveLength(1)
    expect(uppy.getState().capabilities.resumableUploads).toBe(false)
    add('another', 100)
    await uppy.upload()
    expect(await storedKeys(system)).toEqual([])
  })
})
