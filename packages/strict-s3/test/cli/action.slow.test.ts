/**
 * The GitHub Action, as a runner runs it, and with it the installation in the Dockerfile: from the
 * files that the Dockerfile copies.
 *
 * Slow: it installs the dependencies.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv, promisify } from 'node:util'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'

const ACTION = 'packages/strict-s3/action'
const DOCKERFILE = readFileSync('packages/strict-s3/Dockerfile', 'utf8')
/** Only what the container's build copies, so that this shows that it copies enough. */
const CHECKOUT = [
  ...[...DOCKERFILE.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, paths = '']) =>
    paths.split(' '),
  ),
  ACTION,
]
const LIMIT = { timeout: 30_000 }
const KEYS = { accessKeyId: 'test', secretAccessKey: 'test-secret' }

async function checkOut(): Promise<Runner> {
  const folder = temporaryFolder('waybill-action-')
  for (const path of CHECKOUT) await cp(path, join(folder, path), { recursive: true })
  return new Runner(folder)
}

type Variables = Readonly<Record<string, string | undefined>>

class Runner {
  readonly #folder: string
  readonly #files: Variables

  constructor(folder: string) {
    this.#folder = folder
    const at = (name: string) => join(folder, name)
    this.#files = { GITHUB_OUTPUT: at('output'), GITHUB_STATE: at('state'), RUNNER_TEMP: folder }
  }

  /** Runs one of the action's programs, and returns what it prints. */
  async run(program: string, env: Variables): Promise<string> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(this.#folder, ACTION, program)],
      { cwd: this.#folder, env: { ...process.env, ...this.#files, ...env } },
    )
    return stdout
  }

  async written(file: 'output' | 'state'): Promise<Variables> {
    return parseEnv(await readFile(join(this.#folder, file), 'utf8'))
  }
}

/** What a runner does before and after a text whose commands it ignores. */
const NO_COMMANDS = [
  '::group::strict-s3',
  '::stop-commands::TOKEN',
  '::TOKEN::',
  '::endgroup::',
] as const

/** @returns The commands that a runner obeys. */
function commandsIn(output: string): string[] {
  const obeyed = output.replace(/(?<=^::stop-commands::([^\n]*)\n).*?(?=^::\1::$)/gms, '\n')
  const commands = obeyed.match(/^::.*$/gm) ?? []
  return commands.map((line) => line.replace(/[\da-f-]{36}/, 'TOKEN'))
}

describe('the GitHub Action', async () => {
  const { runs } = parse(await readFile(join(ACTION, 'action.yml'), 'utf8'))

  it('starts a server for the following steps, and prints its log at the end', async () => {
    const runner = await checkOut()
    const said = await runner.run(runs.main, {
      BUCKETS: 'images',
      PORT: '0',
      AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      FORCE_COLOR: '1',
    })
    const { endpoint = '' } = await runner.written('output')
    expect(said).toContain(endpoint)
    const client = new S3Client({ endpoint, region: 'us-east-1', credentials: KEYS })
    const { Buckets } = await client.send(new ListBucketsCommand())
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['images'])
    await fetch(`${endpoint}/images/%0A::error::forged`)

    const state = Object.entries(await runner.written('state'))
    const saved = Object.fromEntries(state.map(([name, value]) => [`STATE_${name}`, value]))
    const log = await runner.run(runs.post, saved)
    expect(log).toContain('AccessDenied')
    expect(commandsIn(log)).toEqual(NO_COMMANDS)
    await vi.waitFor(() => expect(fetch(endpoint)).rejects.toThrow(), LIMIT)
  })

  it('reports why no server started', async () => {
    const runner = await checkOut()
    const started = runner.run(runs.main, { PORT: 'ninety\n::error::forged' })
    const { code, stdout } = await started.then(
      () => undefined,
      (error) => error,
    )
    expect(code).toBe(1)
    expect(stdout).toContain("PORT is 'ninety")
    expect(commandsIn(stdout)).toEqual([...NO_COMMANDS, '::error::strict-s3 did not start'])
  })
})
