import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { eventually } from '@waybill/test-support/eventually'
import { NO_UNIX_SHELL, ON_WINDOWS } from '@waybill/test-support/windows'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startGroup } from './process-group.ts'

/** Starts a process that starts another, tells both ids, and would then run for an hour. */
const FAMILY = ['-c', 'sleep 3600 & echo "ids $$ $!"; wait'] as const
const MODULE = new URL('./process-group.ts', import.meta.url).href

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
  } catch {
    return false
  }
  return !isZombie(id)
}

/** A process that has ended stays in Linux's table until its new parent asks for it. */
function isZombie(id: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${id}/stat`, 'utf8'))
  } catch {
    return process.platform === 'linux'
  }
}

function idsIn([, parent, child]: RegExpExecArray): readonly number[] {
  return [Number(parent), Number(child)]
}

describe('startGroup', () => {
  beforeEach(({ skip }) => skip(ON_WINDOWS, NO_UNIX_SHELL))

  it("ends all of the group's processes when it is stopped", async () => {
    const group = startGroup('sh', FAMILY)
    onTestFinished(() => group.stop())
    const ids = idsIn(await group.said(/ids (\d+) (\d+)/, 30_000))
    expect(ids.map(isRunning)).toEqual([true, true])
    await group.stop()
    await eventually(() => ids.some(isRunning)).toBe(false)
  })

  it('ends them when this process is killed', async () => {
    const script = `
      const { startGroup } = await import('${MODULE}')
      const group = startGroup('sh', ${JSON.stringify(FAMILY)})
      console.log((await group.said(/ids .*/, 30_000))[0])`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script])
    onTestFinished(() => void owner.kill('SIGKILL'))
    const [printed] = await once(owner.stdout, 'data')
    const ids = idsIn(/ids (\d+) (\d+)/.exec(String(printed)) ?? expect.fail(String(printed)))
    expect(ids.map(isRunning)).toEqual([true, true])
    owner.kill('SIGKILL')
    await eventually(() => ids.some(isRunning)).toBe(false)
  })

  it('reports the output of a program that ended too early, or printed nothing in time', async () => {
    const ended = startGroup('sh', ['-c', 'echo no display >&2'])
    onTestFinished(() => ended.stop())
    await expect(ended.said(/ready/, 30_000)).rejects.toThrow(
      /sh ended before it said \/ready\/\. It wrote: no display/,
    )
    const silent = startGroup('sh', FAMILY)
    onTestFinished(() => silent.stop())
    await expect(silent.said(/ready/, 200)).rejects.toThrow(/did not say \/ready\/ within 200 ms/)
  })
})
