/**
 * Starts the server for the following steps of a job. It runs this checkout's sources, so it installs
 * only the dependencies of `strict-s3`, and builds nothing.
 *
 * @module
 */

import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { printLog } from './print-log.ts'

const PACKAGE = join(import.meta.dirname, '..')
const START_LIMIT_MS = 30_000
const { RUNNER_TEMP = '', GITHUB_OUTPUT = '', GITHUB_STATE = '' } = process.env

const workspaces = ['--workspace=strict-s3', '--workspace=@waybill/command-line']
execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--loglevel=error', ...workspaces], {
  cwd: join(PACKAGE, '../..'),
  stdio: 'inherit',
  // On Windows, npm is a script.
  shell: process.platform === 'win32',
})

const log = join(RUNNER_TEMP, `strict-s3-${process.pid}.log`)
const output = openSync(log, 'w')
const command = ['--conditions=@waybill/source', join(PACKAGE, 'src/cli/main.ts')]
const server = spawn(process.execPath, command, {
  detached: true,
  stdio: ['ignore', output, output],
  // The address is read from the log, so it must not be styled.
  env: { ...(process.env.DATA_DIR ? {} : { MEMORY: '1' }), ...process.env, FORCE_COLOR: undefined },
})
server.unref()
let exitCode: number | null | undefined
server.on('exit', (code) => {
  exitCode = code
})

const startedMs = Date.now()
let endpoint: string | undefined
while (!endpoint) {
  // The second form is that of a log in JSON.
  endpoint = /^(?: +S3 +|\{"time":"[^"]+","ready":")(https?:[^\s"]+)/m.exec(
    readFileSync(log, 'utf8'),
  )?.[1]
  if (exitCode !== undefined || Date.now() - startedMs > START_LIMIT_MS) {
    server.kill()
    printLog(log)
    console.log('::error::strict-s3 did not start')
    process.exit(1)
  }
  await setTimeout(100)
}
printLog(log)
appendFileSync(GITHUB_OUTPUT, `endpoint=${endpoint}\n`)
appendFileSync(GITHUB_STATE, `pid=${server.pid}\nlog=${log}\n`)
