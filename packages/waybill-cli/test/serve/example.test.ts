/**
 * `examples/serve`: what its Dockerfile and its systemd unit run, as plain processes from installed
 * packages.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { eventually } from '@waybill/test-support/eventually'
import { freePorts } from '@waybill/test-support/free-ports'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { installBuilt } from '../../../../tools/build/built-packages.ts'
import { settingsFor, startBucket } from './serve-process.ts'

const EXAMPLE = fileURLToPath(new URL('../../../../examples/serve', import.meta.url))

/** `/opt/waybill`, as both install it, but without the AWS SDK. */
async function installed(): Promise<string> {
  const home = await temporaryDirectory()
  const modules = join(home, 'node_modules')
  await installBuilt(modules, 'waybill-cli')
  await mkdir(join(modules, '.bin'))
  await symlink('../waybill-cli/dist/main.js', join(modules, '.bin/waybill'))
  await chmod(join(modules, 'waybill-cli/dist/main.js'), 0o755)
  await copyFile(join(EXAMPLE, 'rules.json'), join(home, 'rules.json'))
  return home
}

interface Service {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const variables = (lines: readonly string[]) =>
  Object.fromEntries(lines.flatMap((line) => line.split(' ')).map((each) => each.split('=')))

const all = (file: string, pattern: RegExp) =>
  [...file.matchAll(pattern)].map(([, value = '']) => value)

const SERVICES: Readonly<Record<string, (file: string) => Service>> = {
  Dockerfile: (file) => ({
    command: JSON.parse(all(file, /^CMD (.*)$/gm)[0] ?? ''),
    env: variables(all(file, /^ENV (.*)$/gm)),
  }),
  'waybill.service': (file) => ({
    command: (all(file, /^ExecStart=\/opt\/waybill\/(.*)$/gm)[0] ?? '').split(' '),
    env: variables(all(file, /^Environment=(.*)$/gm)),
  }),
}

async function run(name: string, settings: Readonly<Record<string, string | undefined>>) {
  const [home, [port = 0]] = await Promise.all([installed(), freePorts(1)])
  const { command, env } = SERVICES[name]?.(await readFile(join(EXAMPLE, name), 'utf8')) ?? {
    ...{ command: [], env: {} },
  }
  const [program = '', ...args] = command
  const child = spawn(join(home, program), args, {
    cwd: home,
    env: { PATH: process.env.PATH, ...settings, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exit = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exit
  })
  return { child, exit, stderr: text(child.stderr), origin: `http://127.0.0.1:${port}` }
}

describe.each(Object.keys(SERVICES))('the %s of examples/serve', (name) => {
  it('runs a healthy signer with its rules and the element, which stops at once', async () => {
    const { WAYBILL_RULES: _, ...settings } = settingsFor(await startBucket())
    const { child, exit, origin } = await run(name, {
      ...settings,
      WAYBILL_AUTH: 'jwt',
      WAYBILL_JWT_ISSUER: 'https://login.example.com',
      WAYBILL_JWT_AUDIENCE: 'uploads',
    })
    const status = (path: string) => fetch(`${origin}${path}`).then((response) => response.status)
    await eventually(() => status('/healthz').catch(() => 0)).toBe(200)
    expect(await status('/uploads/rules')).toBe(401)
    expect(await status('/uploads/element.js')).toBe(200)
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
  })

  it('says what to install for a role, if there are no keys', async () => {
    const settings = settingsFor(await startBucket())
    const { exit, stderr } = await run(name, { ...settings, AWS_ACCESS_KEY_ID: undefined })
    expect(await exit).toEqual([1, null])
    expect(await stderr).toContain('npm install @aws-sdk/credential-providers')
  })
})
