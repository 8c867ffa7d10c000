/**
 * `npm start`: from a fresh clone to a running `waybill dev`. Arguments after `--` go to `waybill dev`.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { installPackages, run, say } from './setup.js'

installPackages()

say('Building (npm run build)')
if (run('npm', ['run', '--silent', 'build']) !== 0) process.exit(1)

say('Starting waybill dev: a local S3, a signer and the demo page (Ctrl+C stops it)')
const bin = new URL('../node_modules/.bin', import.meta.url).pathname
const child = spawn(`${bin}/node`, ['dist/cli/main.js', 'dev', ...process.argv.slice(2)], {
  cwd: new URL('..', import.meta.url).pathname,
  stdio: 'inherit',
})
// The terminal sends Ctrl+C to both; the child ends in its own time and we with it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 0 : 1)))
