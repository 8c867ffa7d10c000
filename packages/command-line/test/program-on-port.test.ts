import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePorts } from '@waybill/test-support/free-ports'
import { takePort } from '@waybill/test-support/take-port'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { NO_UNIX_SHELL, ON_WINDOWS } from '@waybill/test-support/windows'
import { describe, expect, it, onTestFinished } from 'vitest'
import { askLsof, programOnPort } from '../src/program-on-port.ts'

const LISTEN = `
const server = require('node:net').createServer().listen(0, process.argv[1], () => console.log(server.address().port))
`

/** A program of another process, which listens in a directory of its own. */
async function listener(host: string) {
  const cwd = await temporaryDirectory()
  const child = spawn(process.execPath, ['-e', LISTEN, host], { cwd })
  onTestFinished(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  })
  const [port] = await once(child.stdout, 'data')
  return { port: Number(port), pid: child.pid, cwd }
}

describe('programOnPort', () => {
  it.skipIf(process.platform !== 'linux').each(['127.0.0.1', '::1', '0.0.0.0'])(
    'names the program that listens on %s, with its process and directory',
    async (host) => {
      const { port, pid, cwd } = await listener(host)
      expect(await programOnPort(port)).toBe(`node (process ${pid}, in ${cwd})`)
    },
  )

  it('returns nothing when no program listens', async () => {
    const [port = 0] = await freePorts(1)
    expect(await programOnPort(port)).toBeUndefined()
  })
})

describe('askLsof', () => {
  it('names the program if lsof is installed, and returns nothing if it is not', async () => {
    const port = await takePort(0)
    expect(await askLsof(port, 'no-such-program')).toBeUndefined()
    const named = await askLsof(port)
    if (named !== undefined) expect(named).toContain(`(process ${process.pid})`)
  })

  it('gives up on an lsof that does not respond', async ({ skip }) => {
    skip(ON_WINDOWS, NO_UNIX_SHELL)
    const hung = join(await temporaryDirectory(), 'lsof')
    await writeFile(hung, '#!/bin/sh\nexec sleep 600\n')
    await chmod(hung, 0o755)
    expect(await askLsof(await takePort(0), hung)).toBeUndefined()
  })
})
