/**
 * `npm run test:engines`: installs what is missing, then runs what runs in browsers, and the demo
 * page, in Chromium, Firefox ESR and WebKitGTK. Arguments after `--` go to Vitest.
 *
 * @module
 */

import { installChromium, installEngines, installPackages, run, say } from './setup.js'

installPackages()
installChromium()
installEngines()

say('Testing in three browser engines (some two minutes)')
const args = ['run', '--config', 'vitest.engines.config.ts', ...process.argv.slice(2)]
process.exit(run('vitest', args))
