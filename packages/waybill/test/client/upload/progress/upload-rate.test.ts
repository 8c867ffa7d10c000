import { settle } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import { startUpload } from '../scripted-upload.ts'

/** An upload with forty bytes in two seconds behind it. */
async function startSending() {
  const started = await startUpload()
  const { control } = started.run()
  control.enter('uploading')
  for (const sent of [10, 30, 50]) {
    await started.pass(1000)
    control.sent(sent, sent)
  }
  expect(started.upload.progress.bytesPerSecond).toBe(20)
  return { ...started, control }
}

describe("an upload's rate", () => {
  it('is kept while its steps continue', async () => {
    const { upload, control } = await startSending()
    control.enter('completing')
    expect(upload.progress.bytesPerSecond).toBe(20)
  })

  it('disappears while it is paused, and is measured anew afterwards', async () => {
    const { upload, run, pass } = await startSending()
    upload.pause()
    expect(upload.progress.bytesPerSecond).toBeUndefined()
    upload.resume()
    await settle()
    run().control.sent(60, 60)
    expect(upload.progress.bytesPerSecond).toBeUndefined()
    await pass(1000)
    run().control.sent(70, 70)
    expect(upload.progress.bytesPerSecond).toBe(10)
  })

  it('does not hide bytes that S3 confirms after a pause', async () => {
    const { upload, control } = await startSending()
    upload.pause()
    const told: number[] = []
    upload.on('progress', ({ stored, sent }) => told.push(stored, sent))
    control.sent(40, 40, 0)
    control.sent(40, 40, 40)
    expect(told).toEqual([40, 50])
  })

  it('disappears while it waits', async () => {
    const { upload, control } = await startSending()
    control.waits.set({}, { reason: 'storage', since: new Date(0) })
    expect(upload.state).toBe('waiting')
    expect(upload.progress.bytesPerSecond).toBeUndefined()
  })

  it('is reported to disappear when nothing is confirmed for five seconds', async () => {
    const { upload, pass } = await startSending()
    const told: (number | undefined)[] = []
    upload.on('progress', ({ bytesPerSecond }) => told.push(bytesPerSecond))
    await pass(4999)
    expect(told).toEqual([])
    await pass(1)
    expect(told).toEqual([undefined])
  })

  it.each(['done', 'failed', 'aborted'] as const)('disappears once it is %s', async (end) => {
    const { upload, run, pass } = await startSending()
    if (end === 'done') run().complete()
    if (end === 'failed') run().fail(new Error('a mistake'))
    if (end === 'aborted') upload.abort()
    await settle()
    expect(upload.state).toBe(end)
    expect(upload.progress.bytesPerSecond).toBeUndefined()
    let told = 0
    upload.on('progress', () => {
      told += 1
    })
    await pass(10_000)
    expect(told).toBe(0)
  })
})
