import { expect, it, onTestFinished, vi } from 'vitest'
import { reportError } from '../../../src/client/effects.ts'
import { startUpload } from './scripted-upload.ts'

const ERROR = new Error('of a listener')

/** @returns What the platform is told. */
function reports(hasReportError: boolean) {
  const report = vi.fn()
  const log = vi.spyOn(console, 'error').mockReturnValue()
  vi.stubGlobal('reportError', hasReportError ? report : undefined)
  onTestFinished(() => {
    vi.unstubAllGlobals()
    log.mockRestore()
  })
  return { report, log }
}

it('is an uncaught error if the platform can report one', () => {
  const { report, log } = reports(true)
  reportError(ERROR)
  expect(report.mock.calls).toEqual([[ERROR]])
  expect(log).not.toHaveBeenCalled()
})

it('is printed elsewhere, such as in Node', () => {
  const { log } = reports(false)
  reportError(ERROR)
  expect(log.mock.calls).toEqual([['a listener of an upload failed', ERROR]])
})

it('stops neither the next listener nor the upload', async () => {
  const { report } = reports(true)
  const { upload, run } = await startUpload()
  const states: string[] = []
  upload.on('state', () => {
    throw ERROR
  })
  upload.on('state', ({ state }) => states.push(state))
  run().complete()
  await upload.done
  expect(states).toEqual(['done'])
  expect(report.mock.calls).toEqual([[ERROR]])
})
