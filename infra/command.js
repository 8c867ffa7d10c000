/**
 * `npm run synth`, `npm run deploy`, `npm run destroy`: from a fresh clone to the command of CDK. Arguments after `--` go
 * to it: `--profile me`, `-c demo=true`.
 *
 * Plain JavaScript for Node 20, as scripts/setup.js.
 *
 * @module
 */

import { fileURLToPath } from 'node:url'
import { installPackages, run } from '../scripts/setup.js'

const [command = 'synth', ...args] = process.argv.slice(2)

installPackages()
if (run('npm', ['run', '--silent', 'build']) !== 0) process.exit(1)
const quiet = command === 'synth' ? ['--quiet'] : []
const cwd = fileURLToPath(new URL('.', import.meta.url))
process.exit(run('cdk', [command, ...quiet, ...args], { cwd }))
