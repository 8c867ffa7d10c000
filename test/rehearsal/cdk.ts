/**
 * The command line of CDK as people use it, with an account on this machine: on the example application, or on another.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Account } from './account.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BIN = join(ROOT, 'node_modules', '.bin')

export interface Outcome {
  readonly code: number | null
  /** Both streams, in the order in which they came. */
  readonly said: string
  /** `Name = value` of the stack's outputs. */
  readonly outputs: Readonly<Record<string, string>>
}

export type Cdk = (region: string, ...args: readonly string[]) => Promise<Outcome>

/**
 * @param more - Options of every command: the page that the example deploys, or another application.
 */
export function cdkFor(account: Account, ...more: readonly string[]): Cdk {
  return cdkIn(join(import.meta.dirname, 'example'), account, ...more)
}

/** @param cwd - The folder of the application, with its `cdk.json`. */
export function cdkIn(cwd: string, account: Account, ...more: readonly string[]): Cdk {
  return async (region, command = '', ...args) => {
    const out = join(account.folder, `out-${region}`)
    const options = [`--output=${out}`, ...more, ...args]
    const started = performance.now()
    const outcome = await run(cwd, [command, ...options], {
      PATH: `${BIN}:${process.env.PATH}`,
      // No settings of whoever runs this, and no credentials of theirs.
      HOME: account.folder,
      AWS_ENDPOINT_URL: account.url,
      AWS_ACCESS_KEY_ID: 'rehearsal',
      AWS_SECRET_ACCESS_KEY: 'rehearsal',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_REGION: region,
      CI: '1',
    })
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`› cdk ${[command, ...args].join(' ')} in ${region}: ${seconds} s`)
    if (outcome.code !== 0) console.log(outcome.said)
    return outcome
  }
}

function run(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(BIN, 'cdk'), args, { cwd, env })
    const pieces: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => pieces.push(piece))
    }
    child.on('error', reject)
    child.on('close', (code) => {
      const said = Buffer.concat(pieces).toString()
      resolve({ code, said, outputs: outputsOf(said) })
    })
  })
}

function outputsOf(said: string): Record<string, string> {
  const found = said.matchAll(/^\w+\.(\w+) = (.+)$/gm)
  return Object.fromEntries(Array.from(found, ([, name = '', value = '']) => [name, value]))
}
