/**
 * Lambda's own runtime interface client. It is compiled when it is installed (cmake, g++, two
 * minutes), so it is not among the project's dependencies.
 *
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 * @module
 */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const FOLDER = fileURLToPath(new URL('ric', import.meta.url))
const CLIENT = join(FOLDER, 'node_modules', 'aws-lambda-ric', 'index.mjs')

/** @returns The program, where it is installed. */
export function runtimeClient(): string | undefined {
  return existsSync(CLIENT) ? CLIENT : undefined
}

/**
 * @returns The program, installed at its first use.
 * @throws {Error} When it cannot be compiled here.
 */
export async function installRuntimeClient(): Promise<string> {
  if (runtimeClient() === undefined) {
    try {
      await run('npm', ['ci'], { cwd: FOLDER, timeout: 600_000 })
    } catch (error) {
      const why = String(error).slice(0, 500)
      throw new Error(`aws-lambda-ric could not be compiled here (cmake, g++): ${why}`)
    }
  }
  return CLIENT
}
