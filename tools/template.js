/**
 * `npm run template`: installs, builds and runs `waybill-aws template`. Arguments after `--` go to it.
 *
 * Plain JavaScript for Node 20, as tools/setup.js is.
 *
 * @module
 */

import { installPackages, run } from './setup.js'

installPackages()
if (run('npm', ['run', '--silent', 'build', '--', '--if-changed']) !== 0) process.exit(1)
process.exit(
  run('node', ['packages/waybill-aws/dist/cli/main.js', 'template', ...process.argv.slice(2)]),
)
