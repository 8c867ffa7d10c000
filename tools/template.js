/**
 * `npm run template`: installs and builds everything, and then runs `waybill template`.
 * Arguments after `--` are passed to it.
 *
 * This is plain JavaScript for Node 20, like tools/setup.js.
 *
 * @module
 */

import { installPackages, run } from './setup.js'

installPackages()
if (run('npm', ['run', '--silent', 'build', '--', '--if-changed']) !== 0) process.exit(1)
process.exit(
  run('node', ['packages/waybill-cli/dist/main.js', 'template', ...process.argv.slice(2)]),
)
