import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '@waybill/test-support/eventually'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { NO_SIGNALS, ON_WINDOWS } from '@waybill/test-support/windows'
import { describe, expect, it } from 'vitest'
import { runStep, type Step } from '../../tools/check/run-step.ts'

const MINUTE = 60_000

/** A step that runs this text in Node, in which `args` are the arguments. */
function script(text: string, ...args: string[]): Step {
  const source = `const args = process.argv.slice(1); ${text}`
  const command = [process.execPath, '--eval', source, ...args] as const
  return { name: 'step', command, limitMs: 10 * MINUTE }
}

async function newFolder(): Promise<string> {
  const folder = temporaryFolder('waybill-step-')
  return folder
}

/** Time that has passed as soon as each of these files has been there. */
function whenThereIs(...files: readonly string[]) {
  const left = [...files]
  return async () => {
    const file = left.shift()
    if (file) await eventually(() => existsSync(file)).toBe(true)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const HANG = 'setInterval(() => {}, 1000);'
/** Whoever finds the file finds its content, too. */
const MARK = `
  const { renameSync, writeFileSync } = require('node:fs')
  writeFileSync(args[0] + '.new', String(process.pid))
  renameSync(args[0] + '.new', args[0]);`
/** Starts a child that writes its pid into the file and hangs. */
const WITH_CHILD = `
  const child = [process.execPath, ['--eval', args[1], args[0]], { stdio: 'inherit', detached: args[2] === 'detached' }]
  require('node:child_process').spawn(...child)
  ${HANG}`
const CHILD = `const args = process.argv.slice(1); ${MARK} ${HANG}`

describe('runStep', () => {
  it('passes if the program exits with 0, and keeps its output', async () => {
    const { green, output } = await runStep(script('console.log("one"); console.error("two")'))
    expect(green).toBe(true)
    expect(output.split('\n').sort()).toEqual(['', 'one', 'two'])
  })

  it('fails if the program exits with another code', async () => {
    expect(await runStep(script('process.exit(3)'))).toMatchObject({ green: false, output: '' })
  })

  it('fails if there is no such program', async () => {
    const step: Step = { name: 'none', command: ['./no-such-program'], limitMs: MINUTE }
    const { green, output } = await runStep(step)
    expect({ green, output }).toEqual({
      green: false,
      output: 'spawn ./no-such-program ENOENT\n',
    })
  })

  it('ends a program at its time limit', async () => {
    const step = { ...script(HANG), limitMs: 100 }
    const { green, output } = await runStep(step)
    expect({ green, output }).toEqual({ green: false, output: 'took longer than 0.1 seconds\n' })
  })

  it("keeps the earlier output, and ends the program's children", async () => {
    const mark = join(await newFolder(), 'child')
    const step = script(`console.log('on'); ${WITH_CHILD}`, mark, CHILD)
    // Nothing else happens here until then: what was printed is not read yet.
    const wait = async () => {
      while (!existsSync(mark));
    }
    const { green, output } = await runStep(step, { wait })
    expect({ green, output }).toEqual({ green: false, output: 'on\ntook longer than 10 minutes\n' })
    const pid = Number(await readFile(mark, 'utf8'))
    expect(pid).toBeGreaterThan(0)
    await eventually(() => isAlive(pid)).toBe(false)
  })

  it('asks a program to end before killing it', async ({ skip }) => {
    skip(ON_WINDOWS, NO_SIGNALS)
    const folder = await newFolder()
    const [on, heard] = [join(folder, 'on'), join(folder, 'heard')]
    const text = `
      process.on('SIGTERM', () => require("node:fs").writeFileSync(args[1], ''))
      ${MARK} ${HANG}`
    const wait = whenThereIs(on, heard)
    expect(await runStep(script(text, on, heard), { wait })).toMatchObject({ green: false })
    const pid = Number(await readFile(on, 'utf8'))
    await eventually(() => isAlive(pid)).toBe(false)
  })

  it('does not wait for a process that has left the group and holds the output open', async ({
    skip,
  }) => {
    skip(ON_WINDOWS, 'on Windows no process leaves those of its parent')
    const mark = join(await newFolder(), 'child')
    const step = script(WITH_CHILD, mark, CHILD, 'detached')
    const result = await runStep(step, { wait: whenThereIs(mark) })
    const pid = Number(await readFile(mark, 'utf8'))
    expect(isAlive(pid)).toBe(true)
    process.kill(pid, 'SIGKILL')
    expect(result.green).toBe(false)
  })
})
