import { expect, it, vi } from 'vitest'
import { CommandFailure, usageFailure } from '../src/command-failure.ts'

it('CommandFailure is one of every copy that is compiled into a package', async () => {
  vi.resetModules()
  const ofAnother = await import('../src/command-failure.ts')
  expect(ofAnother.CommandFailure).not.toBe(CommandFailure)
  expect(ofAnother.usageFailure('--port is missing')).toBeInstanceOf(CommandFailure)
  expect(usageFailure('--port is missing')).toBeInstanceOf(ofAnother.CommandFailure)
  expect(new Error('a bug')).not.toBeInstanceOf(CommandFailure)
})
