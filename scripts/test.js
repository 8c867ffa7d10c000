/**
 * `npm test`: installs what is missing, then runs `npm run check`. With `--engines`, as in CI, also
 * the tests in three browser engines.
 *
 * @module
 */

import {
  installChromium,
  installEngines,
  installPackages,
  installS3Clients,
  run,
  say,
} from './setup.js'

installPackages()
installChromium()
installS3Clients()
if (process.argv.includes('--engines')) installEngines()

say('Checking everything (npm run check)')
process.exit(run('npm', ['run', '--silent', 'check', '--', ...process.argv.slice(2)]))
