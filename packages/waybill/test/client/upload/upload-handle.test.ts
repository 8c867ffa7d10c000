/**
 * The handle of one upload, whose steps are scripted here: what it says and when, and what pausing,
 * aborting and trying again do in each state.
 *
 * @module
 */

import { settle } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import type { Waiting } from 'waybill/client'
import { COMPLETED, DESCRIPTION, startUpload } from './scripted-upload.ts'

const WAITING: Waiting = { reason: 'storage', since: new Date(0) }
const LOST = new UploadError('NETWORK_FAILED', 'lost')

describe('Upload', () => {
  it('is reported before its steps begin, and resolves with their result', async () => {
    const { upload, run, told } = await startUpload()
    expect([upload.name, upload.size, upload.type]).toEqual(['a.mp4', 100, 'video/mp4'])
    const fractions: number[] = []
    upload.on('progress', ({ fraction }) => fractions.push(fraction))
    for (const state of ['hashing', 'queued', 'uploading', 'uploading', 'completing'] as const) {
      run().control.enter(state)
      expect(upload.state).toBe(state)
    }
    run().control.sent(50, 0)
    run().control.sent(60, 0)
    run().complete()
    await expect(upload.done).resolves.toBe(COMPLETED)
    expect(told).toEqual([
      'queued → hashing',
      'hashing → queued',
      'queued → uploading',
      'uploading → completing',
      'completing → done',
    ])
    expect(upload.progress).toMatchObject({ fraction: 1 })
    // Of two reports at the same moment the first.
    expect(fractions).toEqual([0.5, 1])
  })

  it('continues after a listener pauses it while it resumes', async () => {
    const { upload, runs, run } = await startUpload()
    upload.pause()
    await settle()
    const stop = upload.on('state', ({ state }) => {
      if (state === 'queued') upload.pause()
    })
    upload.resume()
    stop()
    expect(upload.state).toBe('paused')
    await settle()
    expect(runs).toHaveLength(1)
    upload.resume()
    await settle()
    expect(runs).toHaveLength(2)
    run().complete()
    await expect(upload.done).resolves.toBe(COMPLETED)
  })

  it('passes its steps a reason when it pauses, and resumes with a new run', async () => {
    const { upload, runs, run } = await startUpload()
    run().control.enter('uploading')
    upload.pause()
    expect(upload.state).toBe('paused')
    expect(run().control.signal.reason).toMatchObject({
      ...{ code: 'ABORTED', message: 'the upload is paused' },
    })
    await settle()
    expect(runs).toHaveLength(1)
    upload.resume()
    expect(upload.state).toBe('queued')
    await settle()
    expect(runs).toHaveLength(2)
    expect(run().control.signal.aborted).toBe(false)
    run().complete()
    await expect(upload.done).resolves.toBe(COMPLETED)
  })

  it('ignores a run that was paused', async () => {
    const { upload, run } = await startUpload()
    const { control } = run()
    control.enter('uploading')
    control.sent(10, 10)
    expect(upload.progress.sent).toBe(10)
    upload.pause()
    control.sent(90, 90)
    expect(upload.progress.sent).toBe(10)
    expect(() => control.enter('completing')).toThrow('the upload is paused')
    expect(upload.state).toBe('paused')
  })

  it('can be neither paused nor aborted while it is completing', async () => {
    const { upload, run, abandonedTimes } = await startUpload()
    run().control.enter('completing')
    upload.pause()
    upload.abort()
    expect(upload.state).toBe('completing')
    // Not either where the signer has to be waited for.
    run().control.waits.set({}, WAITING)
    upload.pause()
    expect(upload.state).toBe('waiting')
    run().control.enter('completing')
    expect(upload.state).toBe('waiting')
    run().complete()
    await expect(upload.done).resolves.toBe(COMPLETED)
    expect(abandonedTimes()).toBe(0)
  })

  it('is aborted as soon as the completing object turns out not to be stored', async () => {
    const { upload, run, abandonedTimes } = await startUpload()
    const { control } = run()
    control.enter('completing')
    upload.abort()
    expect(() => control.enter('uploading')).toThrow('the upload was aborted')
    expect(upload.state).toBe('aborted')
    expect(control.gone.aborted).toBe(true)
    expect(abandonedTimes()).toBe(1)
    await expect(upload.done).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('reports its failure even if it was to be aborted while completing', async () => {
    const { upload, run, abandonedTimes } = await startUpload()
    run().control.enter('completing')
    upload.abort()
    run().fail(LOST)
    await expect(upload.done).rejects.toBe(LOST)
    expect(upload.state).toBe('failed')
    expect(abandonedTimes()).toBe(1)
    // Who tries again does not want it aborted any more.
    upload.retry()
    await settle()
    run().control.enter('uploading')
    expect(upload.state).toBe('uploading')
  })

  it('is aborted at once before that, even while paused, and only once', async () => {
    for (const isPaused of [false, true]) {
      const { upload, run, abandonedTimes } = await startUpload()
      run().control.enter('uploading')
      if (isPaused) upload.pause()
      await settle()
      upload.abort()
      upload.abort()
      await expect(upload.done).rejects.toMatchObject({ code: 'ABORTED' })
      expect(upload.state).toBe('aborted')
      expect(run().control.gone.aborted).toBe(true)
      expect(abandonedTimes()).toBe(1)
    }
  })

  it('keeps its final state, whatever is called', async () => {
    const { upload, run, told, abandonedTimes } = await startUpload()
    run().complete()
    await upload.done
    const before = told.length
    upload.pause()
    upload.resume()
    upload.abort()
    upload.retry()
    expect([upload.state, told.length, abandonedTimes()]).toEqual(['done', before, 0])
  })

  it('fails with an UploadError, and retries from the beginning', async () => {
    const { upload, runs, run, abandonedTimes } = await startUpload()
    run().control.enter('uploading')
    run().control.sent(50, 50)
    const first = upload.done
    run().fail(LOST)
    await expect(first).rejects.toBe(LOST)
    expect([upload.state, upload.error, abandonedTimes()]).toEqual(['failed', LOST, 0])
    upload.retry()
    expect([upload.state, upload.error, upload.progress.sent]).toEqual(['queued', undefined, 0])
    expect(upload.done).not.toBe(first)
    await settle()
    expect(runs).toHaveLength(2)
    run().complete()
    await expect(upload.done).resolves.toBe(COMPLETED)
  })

  it('reports its waiting reason only in that state, and again when it changes', async () => {
    const { upload, run, told } = await startUpload()
    const { waits, enter } = run().control
    const request = {}
    enter('uploading')
    expect(upload.waiting).toBeUndefined()
    waits.set(request, WAITING)
    expect([upload.state, upload.waiting?.reason]).toEqual(['waiting', 'storage'])
    expect(told).toEqual(['queued → uploading', 'uploading → waiting'])
    waits.set(request, { ...WAITING, reason: 'signer' })
    expect(upload.waiting?.reason).toBe('signer')
    expect(told.at(-1)).toBe('waiting → waiting')
    // While a file is hashed something does move.
    enter('hashing')
    expect([upload.state, upload.waiting]).toEqual(['hashing', undefined])
    enter('uploading')
    expect(upload.state).toBe('waiting')
    waits.clear(request)
    expect([upload.state, upload.waiting]).toEqual(['uploading', undefined])
    expect(told.at(-1)).toBe('waiting → uploading')
  })

  it('is queued again after a wait that came first', async () => {
    const { upload, run } = await startUpload()
    const request = {}
    run().control.waits.set(request, WAITING)
    run().control.waits.clear(request)
    expect(upload.state).toBe('queued')
  })

  it('has no waiting reason once it is paused', async () => {
    const { upload, run } = await startUpload()
    const { waits, enter } = run().control
    const request = {}
    enter('uploading')
    waits.set(request, WAITING)
    upload.pause()
    waits.set(request, { ...WAITING, reason: 'signer' })
    expect([upload.state, upload.waiting]).toEqual(['paused', undefined])
    upload.resume()
    expect(upload.state).toBe('queued')
  })

  it('knows its size when the file is open, and restarts its count if that differs', async () => {
    const { upload, run } = await startUpload()
    const { control } = run()
    control.startAt(40)
    control.opened({ ...DESCRIPTION, type: 'video/webm' })
    expect([upload.type, upload.progress.sent]).toEqual(['video/webm', 40])
    control.opened({ ...DESCRIPTION, size: 200 })
    expect([upload.size, upload.progress.total, upload.progress.sent]).toEqual([200, 200, 0])
  })

  it('is not a plain object, which Vue would wrap in a proxy without private members', async () => {
    const { upload } = await startUpload()
    expect(Object.prototype.toString.call(upload)).toBe('[object Upload]')
  })

  it('notifies each listener until it is removed', async () => {
    const { upload, run } = await startUpload()
    const heard: string[] = []
    const off = upload.on('retry', ({ error }) => heard.push(error.code))
    upload.on('retry', ({ delayMs }) => heard.push(String(delayMs)))
    run().control.retrying({ error: LOST, delayMs: 5 })
    off()
    run().control.retrying({ error: LOST, delayMs: 6 })
    expect(heard).toEqual(['NETWORK_FAILED', '5', '6'])
  })
})
