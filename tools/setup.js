/**
 * Installs everything that a new clone needs: the packages in the lockfile, and Chromium for tests.
 * `--packages` installs only the packages, `--engines` also two more browsers, and `--ci` these
 * browsers, S3 clients, proxies and languages.
 *
 * This is plain JavaScript for Node 20, because it runs before Node is installed in `node_modules`.
 * Running it again is safe, and prints nothing if there is nothing to do.
 *
 * @module
 */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The Node in `node_modules`. On Windows, `.bin` has only a script for it, which needs a shell. */
export const NODE = join(
  ...[ROOT, 'node_modules', 'node', 'bin'],
  process.platform === 'win32' ? 'node.exe' : 'node',
)

/** Programs that are Node scripts inside a package. */
const SCRIPTS = { cdk: 'aws-cdk/bin/cdk', vitest: 'vitest/vitest.mjs' }

export function say(text) {
  console.log(`\n› ${text}`)
}

/**
 * Runs a program with the project's `node_modules/.bin` first in the `PATH`.
 *
 * @returns The program's exit code, or 1 if it could not be started or was killed.
 */
export function run(command, args, options = {}) {
  const path = [join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const env = { ...process.env, PATH: path, ...options.env }
  const { cwd = ROOT } = options
  const [program, ...first] = programOf(command)
  // Only `npm.cmd` needs a shell, and only if npm has not set `npm_execpath`. Avoid a shell
  // otherwise, because it would interpret the arguments.
  const shell = process.platform === 'win32' && program === 'npm'
  const done = spawnSync(program, [...first, ...args], { cwd, stdio: 'inherit', shell, env })
  return done.status ?? 1
}

/** Windows cannot start scripts without a shell, so Node runs them. */
export function programOf(command) {
  const npm = process.env.npm_execpath ?? ''
  if (command === 'npm' && /npm-cli\.c?js$/.test(npm)) return [process.execPath, npm]
  if (command === 'node') return [NODE]
  const script = SCRIPTS[command]
  return script ? [NODE, join(ROOT, 'node_modules', script)] : [command]
}

export function installPackages() {
  if (areInstalled()) return
  // `npm ci` removes the Node that may be running this script, which Windows does not allow.
  const install = process.platform === 'win32' && existsSync(NODE) ? 'install' : 'ci'
  say(`Installing the packages of package-lock.json (npm ${install}; one to two minutes)`)
  if (run('npm', [install, '--no-fund', '--no-audit', '--loglevel=error']) !== 0) {
    console.error(
      `npm ${install} failed. Check the network and the npm registry, then run this command again.`,
    )
    process.exit(1)
  }
}

/** Compares the lockfile with the one that npm writes into `node_modules` when it has finished. */
export function areInstalled() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json')
  if (!existsSync(installed)) return false
  const { '': _, ...wanted } = packagesOf(join(ROOT, 'package-lock.json'))
  const present = packagesOf(installed)
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    const found = present[path]
    // npm leaves out optional packages for other platforms.
    if (found === undefined) return optional
    return found.version === version && found.integrity === integrity
  })
}

function packagesOf(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages
}

/**
 * Debian's S3 clients, proxies in front of the signer and the bucket, and languages that read
 * receipts. Tests use those installed.
 */
const DEBIAN_PACKAGES =
  'awscli barman-cli-cloud docker-registry duplicity libs3-2 minio-client rclone restic s3cmd s3fs ' +
  's3ql s4cmd golang-go golang-github-aws-aws-sdk-go-v2-dev golang-github-minio-minio-go-v7-dev ' +
  'libamazon-s3-perl libnet-amazon-s3-perl python3-boto3 python3-django-storages-boto3 ' +
  'python3-libcloud python3-pytest python3-smart-open ruby-aws-sdk-s3 ruby-fog-aws ruby-minitest ' +
  'curl jq fuse3 nginx-light caddy php-cli php-sqlite3 python3-cryptography ' +
  'python3-django python3-jwt python3-requests puma ruby ruby-bcrypt ruby-erubi ruby-jwt ruby-rackup ruby-sinatra'

/** Never fails. Tests whose program is missing are skipped with a message. */
function installDebianPackages() {
  const missing = DEBIAN_PACKAGES.split(' ').filter((name) => !existsSync(`/usr/share/doc/${name}`))
  if (missing.length === 0) return
  if (!hasProgram('apt-get') || userInfo().uid !== 0) return
  say(`Installing ${missing.join(', ')} for the tests with other programs (apt-get)`)
  const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' } }
  run('apt-get', ['-qq', 'update'], quiet)
  // Older releases do not have all of them.
  const known = missing.filter((name) => spawnSync('apt-cache', ['show', name]).status === 0)
  const args = ['install', '-qq', '-y', '--no-install-recommends', ...known]
  if (run('apt-get', args, quiet) !== 0) console.error('apt-get could not install them.')
}

/**
 * Installs Chromium with the package manager where this works without prompts (Debian or Ubuntu, as
 * root). Otherwise prints what is missing and how to install it.
 */
function installChromium() {
  if (hasChromium()) return
  if (!hasProgram('apt-get') || userInfo().uid !== 0) {
    console.error(
      'The browser tests need Chromium, Chrome or Edge and found none. Install one (Debian: `sudo apt-get install ' +
        'chromium`; macOS: `brew install --cask google-chrome`; Windows: `winget install Google.Chrome`), or set ' +
        'CHROMIUM to its path, then run this again.',
    )
    process.exit(1)
  }
  say('Installing chromium for the browser tests (apt-get; about half a minute)')
  const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' } }
  const update = run('apt-get', ['-qq', 'update'], quiet)
  const args = ['install', '-qq', '-y', '--no-install-recommends', 'chromium']
  if (run('apt-get', args, quiet) !== 0 || !hasChromium()) {
    console.error(`apt-get could not install Chromium (its update ended with ${update}).`)
    process.exit(1)
  }
  // The headless shell uses far less CPU, but not every version of Debian or Ubuntu has it.
  const headless = ['install', '-qq', '-y', '--no-install-recommends', 'chromium-headless-shell']
  if (run('apt-get', headless, quiet) !== 0) {
    console.error('The tests go on without it; their pages take more CPU.')
  }
}

const ENGINES = [
  { name: 'firefox-esr', found: () => hasProgram('firefox-esr') },
  { name: 'webkit2gtk-driver', found: () => hasProgram('WebKitWebDriver') },
  { name: 'xvfb', found: () => hasProgram('Xvfb') },
]

/**
 * Installs Firefox ESR and WebKitGTK where this works without prompts. Without them, the tests in
 * three engines are skipped with a message, except in CI, where they fail.
 */
function installEngines() {
  const missing = ENGINES.filter(({ found }) => !found()).map(({ name }) => name)
  if (missing.length === 0) return
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`
  const consequence = 'Their tests are skipped; in CI they fail.'
  if (!hasProgram('apt-get') || userInfo().uid !== 0) {
    console.error(`Not all three browser engines are here. Debian: sudo ${command}. ${consequence}`)
    return
  }
  say(`Installing ${missing.join(', ')} for the tests in three engines (apt-get; half a minute)`)
  const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' } }
  run('apt-get', ['-qq', 'update'], quiet)
  const args = ['install', '-qq', '-y', '--no-install-recommends', ...missing]
  if (run('apt-get', args, quiet) !== 0) console.error(`${command} failed. ${consequence}`)
}

function hasChromium() {
  const script = "import('./tools/chromium.ts').then(m => process.exit(m.findChromium() ? 0 : 1))"
  return run('node', ['-e', script]) === 0
}

function hasProgram(name) {
  return spawnSync(process.platform === 'win32' ? 'where' : 'which', [name]).status === 0
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  installPackages()
  if (process.argv.includes('--packages')) process.exit(0)
  installChromium()
  if (process.argv.includes('--ci')) installDebianPackages()
  if (process.argv.includes('--ci') || process.argv.includes('--engines')) installEngines()
}
