/**
 * `npm start`: installs and builds everything, and then starts `waybill dev`. Arguments after `--`
 * are passed to `waybill dev`.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { installPackages, NODE, run, say } from './setup.js'

installPackages()

say('Building what has changed (npm run build)')
if (run('npm', ['run', '--silent', 'build', '--', '--if-changed']) !== 0) process.exit(1)

say('Starting waybill dev: a local S3, a signer and the demo page (Ctrl+C stops it)')
const cwd = fileURLToPath(new URL('..', import.meta.url))
const args = ['packages/waybill/dist/cli/main.js', 'dev', ...process.argv.slice(2)]
const child = spawn(NODE, args, { cwd, stdio: 'inherit' })
// The terminal sends Ctrl+C to both processes. Ignore it here and wait for the child to exit.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 0 : 1)))
