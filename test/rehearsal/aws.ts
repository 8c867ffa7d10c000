/**
 * The AWS command line as people use it, with an account on this machine.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.ts'

/** Debian's, of version 2. Another `aws` in the path is often version 1. */
export const AWS_PACKAGE = 'awscli'
const AWS = '/usr/bin/aws'

export interface Answer {
  readonly code: number | null
  /** Both streams, in the order in which they came. */
  readonly said: string
}

export type Aws = (...args: readonly string[]) => Promise<Answer>

/** @param region - Where its commands work. */
export async function awsFor(account: Account, region: string): Promise<Aws> {
  const config = join(account.folder, 'aws-config')
  // The host of a bucket cannot be made from this machine's name.
  await writeFile(config, '[default]\ns3 =\n  addressing_style = path\n')
  const env = {
    PATH: process.env.PATH,
    HOME: account.folder,
    AWS_CONFIG_FILE: config,
    AWS_ENDPOINT_URL: account.url,
    AWS_ACCESS_KEY_ID: 'rehearsal',
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: region,
    AWS_PAGER: '',
  }
  return async (...args) => {
    const started = performance.now()
    const answer = await run(args, env)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`› aws ${args.slice(0, 2).join(' ')}: ${seconds} s, exit code ${answer.code}`)
    if (answer.code !== 0) console.log(answer.said.trim())
    return answer
  }
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(AWS, args, { env })
    const pieces: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => pieces.push(piece))
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, said: Buffer.concat(pieces).toString() }))
  })
}
