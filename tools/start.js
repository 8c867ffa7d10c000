/**
 * `npm start`: installs the few packages that `waybill dev` needs, and runs it from the sources.
 * Arguments after `--` are passed to `waybill dev`.
 *
 * This is plain JavaScript for Node 18, because it runs before anything is installed.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { areInstalled, installPackages, NODE, programOf, say } from './setup.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const RUNTIME = join(ROOT, 'tools/node')
const startedAt = Date.now()

/** Node runs the sources itself since 22.18. */
const runsTypeScript = Boolean(process.features.typescript)

/** Holds the hash of the lockfiles that were installed for `npm start` alone. */
const STAMP = join(ROOT, 'node_modules/.waybill-start')
const LOCKFILES = ['', 'demo', 'tools/node'].map((folder) =>
  join(ROOT, folder, 'package-lock.json'),
)

/** Uses a complete install if there is one, because a partial one would remove most of it. */
async function install() {
  if (areInstalled()) return
  const isComplete = existsSync(join(ROOT, 'node_modules/.package-lock.json'))
  if (isComplete && !existsSync(STAMP)) return installPackages()
  const wanted = createHash('sha256')
  for (const file of LOCKFILES) wanted.update(readFileSync(file))
  const stamp = `${wanted.digest('hex')} ${runsTypeScript}`
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return
  say('Installing what the local S3, the signer and the page need (npm ci)')
  // The root depends on a library that the build bundles into `waybill`, for the sources.
  const workspaces = [
    '--include-workspace-root',
    '--workspace=waybill-cli',
    '--workspace=@waybill/command-line',
  ]
  const jobs = [
    npmCi('the packages', ['--omit=dev', '--omit=optional', ...workspaces]),
    npmCi('what bundles the page', ['--prefix', 'demo']),
  ]
  if (!runsTypeScript) {
    say(`Installing Node 24 in tools/node too: Node ${process.versions.node} cannot run TypeScript`)
    jobs.push(npmCi('Node 24', ['--prefix', 'tools/node']))
  }
  await Promise.all(jobs)
  writeFileSync(STAMP, stamp)
}

/** Ends the process if npm fails. */
function npmCi(what, args) {
  const begun = Date.now()
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const [program, ...first] = programOf('npm')
  const child = spawn(program, [...first, 'ci', ...quiet, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32' && program === 'npm',
  })
  return new Promise((resolve) => {
    child.on('exit', (code) => {
      if (code === 0) {
        console.log(`  ${what}: ${((Date.now() - begun) / 1000).toFixed(1)} s`)
        return resolve()
      }
      console.error(
        `npm could not install ${what}. Check the network and the npm registry, then run npm start again.`,
      )
      process.exit(1)
    })
  })
}

/** @returns This process's Node if it runs TypeScript, or one that was installed. */
function node() {
  if (runsTypeScript) return process.execPath
  if (existsSync(NODE)) return NODE
  const modules = join(RUNTIME, 'node_modules')
  const names = existsSync(modules) ? readdirSync(modules) : []
  const name = names.find((each) => each.startsWith('node-'))
  if (name) return join(modules, name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  console.error(
    `Waybill needs Node 22.18 or newer, and this is ${process.versions.node}. npm has no Node for ` +
      `${process.platform} on ${process.arch}: install one from https://nodejs.org.`,
  )
  return process.exit(1)
}

await install()
say('Starting a local S3, a signer and the demo page')
const args = ['--disable-warning=ExperimentalWarning', '--conditions=@waybill/source']
const child = spawn(node(), [...args, 'demo/start.ts', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, WAYBILL_STARTED_AT: String(startedAt) },
})
// The terminal sends Ctrl+C to both processes. Ignore it here and wait for the child to exit.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 0 : 1)))
