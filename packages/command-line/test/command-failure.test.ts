import { readFile } from 'node:fs/promises'
import { expect, it, vi } from 'vitest'
import { CommandFailure, fileProblem, usageFailure } from '../src/command-failure.ts'

it('CommandFailure recognizes instances from every copy that is compiled into a package', async () => {
  vi.resetModules()
  const ofAnother = await import('../src/command-failure.ts')
  expect(ofAnother.CommandFailure).not.toBe(CommandFailure)
  expect(ofAnother.usageFailure('--port is missing')).toBeInstanceOf(CommandFailure)
  expect(usageFailure('--port is missing')).toBeInstanceOf(ofAnother.CommandFailure)
  expect(new Error('a bug')).not.toBeInstanceOf(CommandFailure)
})

it('fileProblem returns only the reason', async () => {
  const error: unknown = await readFile('/no, such, file').catch((thrown: unknown) => thrown)
  expect(fileProblem(error)).toBe('no such file or directory')
  expect(fileProblem(new Error('E2E: a, test'))).toBe('E2E: a, test')
})
