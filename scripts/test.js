/**
 * `npm test`: installs what is missing, then runs `npm run check`.
 *
 * @module
 */

import { installChromium, installPackages, installS3Clients, run, say } from './setup.js'

installPackages()
installChromium()
installS3Clients()

say('Checking everything (npm run check)')
process.exit(run('npm', ['run', '--silent', 'check', '--', ...process.argv.slice(2)]))
