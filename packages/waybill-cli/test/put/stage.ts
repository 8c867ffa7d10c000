/**
 * A signer that wants a token, an S3, and a folder of files that `waybill put` sends there.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sha256Stored } from '@waybill/test-support/stored'
import { type System, type SystemOptions, startSystem } from '@waybill/test-support/system'
import {
  type ProcessOptions,
  startWaybill,
  stateIn,
  temporaryDirectory,
  type WaybillProcess,
} from '@waybill/test-support/waybill-process'
import { expect } from 'vitest'
import { UploadError, type UploadRules, uploadRule } from 'waybill'

const MIB = 1024 ** 2

export interface Stage {
  readonly system: System
  readonly home: string
  /** The user's state directory. */
  readonly state: string
  /** Tokens that the signer accepts. */
  readonly accepted: Set<string>
  /** What `authorize` was asked for, with which token. */
  readonly calls: { readonly path: string; readonly token: string }[]
  write(name: string, content: Uint8Array | string): Promise<string>
  put(args: readonly string[], options?: ProcessOptions): WaybillProcess
  /** Runs it to its end. */
  run(args: readonly string[], options?: ProcessOptions): Promise<Ended>
  /** Expects the object to have the file's bytes. */
  expectStored(key: string, name: string): Promise<void>
}

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** The lines of JSON on standard output. */
  readonly lines: readonly Line[]
}

export interface Line {
  readonly path: string
  readonly key?: string
  readonly size?: number
  readonly receipt?: string
  readonly error?: { readonly code: string; readonly message: string }
}

export async function startStage(
  options: SystemOptions & { readonly moreRules?: UploadRules } = {},
): Promise<Stage> {
  const accepted = new Set(['good'])
  const calls: Stage['calls'] = []
  const rule = uploadRule({
    types: ['image/*', 'video/*', 'text/plain', 'application/octet-stream'],
    maxSize: '1 GiB',
    authorize: ({ headers, path }) => {
      const token = String(headers.authorization).replace(/^Bearer /, '')
      calls.push({ path, token })
      if (!accepted.has(token)) throw new UploadError('UNAUTHENTICATED', 'who are you?')
      return { owner: 'anna' }
    },
    key: ({ id, path, type }) => `${type.replace('/', '-')}/${id}/${path}`,
  })
  const signer = { rules: { any: rule, ...options.moreRules }, partSize: 5 * MIB }
  const system = await startSystem({ ...options, signer: { ...signer, ...options.signer } })
  const home = await temporaryDirectory()
  const state = await temporaryDirectory()
  const put = (args: readonly string[], { env, ...more }: ProcessOptions = {}) =>
    startWaybill(['put', '--to', system.endpoint, ...args], {
      cwd: home,
      env: { ...stateIn(state), WAYBILL_TOKEN: 'good', ...env },
      ...more,
    })
  return {
    ...{ system, home, state, accepted, calls, put },
    write: async (name, content) => {
      const file = join(home, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, content)
      return file
    },
    run: async (args, more) => {
      const started = put(args, more)
      const code = await started.exit
      const stdout = started.stdout()
      const isJson = args.includes('--json')
      return { code, stdout, stderr: started.stderr(), lines: isJson ? linesOf(stdout) : [] }
    },
    expectStored: async (key, name) => {
      const bytes = await readFile(join(home, name))
      const own = createHash('sha256').update(bytes).digest('hex')
      expect([name, await sha256Stored(system, key)]).toEqual([name, own])
    },
  }
}

export function linesOf(text: string): Line[] {
  const lines = text.split('\n')
  expect(lines.pop()).toBe('')
  return lines.map((line) => JSON.parse(line))
}
