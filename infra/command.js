/**
 * `npm run synth`, `npm run deploy`, `npm run destroy`: installs and builds everything, and runs
 * CDK's command. Arguments after `--` are passed to it, for example `--profile me` or
 * `-c demo=true`.
 *
 * Written in plain JavaScript for Node 20, like tools/setup.js.
 *
 * @module
 */

import { fileURLToPath } from 'node:url'
import { installPackages, run } from '../tools/setup.js'
import { regionOf } from './region.js'

const [command = 'synth', ...args] = process.argv.slice(2)

if (command !== 'synth' && !regionOf(args)) {
  console.error(
    'No region is set: neither AWS_REGION nor the profile names one, and CDK would use us-east-1. ' +
      'Set it (AWS_REGION=eu-west-1 npm run deploy), or in the profile (aws configure set region eu-west-1).',
  )
  process.exit(1)
}
installPackages()
if (run('npm', ['run', '--silent', 'build', '--', '--if-changed']) !== 0) process.exit(1)
const quiet = command === 'synth' ? ['--quiet'] : []
const cwd = fileURLToPath(new URL('.', import.meta.url))
process.exit(run('cdk', [command, ...quiet, ...args], { cwd }))
