/**
 * `npm run first-upload`: measures a new user's first minute. Clones this repository, runs
 * `npm start` with an empty npm cache, uploads a file as the simplest client does, waits until it
 * is verified, and starts a second time. `-- --node 20 --node 24` does so with these versions of
 * Node, and `--at <commit>` measures an earlier commit.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { postForm, readObject, signedForm } from '@waybill/test-support/upload-form'
import spawn from 'cross-spawn'
import { signalGroup } from './check/run-step.ts'
import { npm } from './npm.ts'

const { values } = parseArgs({
  options: { node: { type: 'string', multiple: true }, at: { type: 'string', default: 'HEAD' } },
})
const BYTES = Buffer.from('a first upload')
const folder = mkdtempSync(join(tmpdir(), 'waybill-first-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const rows: string[][] = [['Node', 'start', 'page', 'verified', 'packages', 'MB']]
for (const version of values.node ?? [process.versions.node]) {
  const clone = join(folder, `node-${version}`)
  execFileSync('git', ['clone', '--quiet', '.', clone])
  execFileSync('git', ['-C', clone, 'checkout', '--quiet', '--detach', commit()])
  const env = {
    ...process.env,
    npm_config_cache: `${clone}-cache`,
    PATH: [nodeDirectory(version), pathWithoutModules()].join(delimiter),
  }
  for (const start of ['first', 'second']) {
    const { page, verified } = await firstUpload(clone, env)
    const { packages, bytes } = installedIn(clone)
    rows.push([version, start, page, verified, String(packages), (bytes / 1e6).toFixed(0)])
  }
}
console.log()
for (const row of rows) console.log(row.map((cell) => cell.padStart(10)).join(''))

function commit(): string {
  return execFileSync('git', ['rev-parse', values.at], { encoding: 'utf8' }).trim()
}

/** @returns The directory of a Node of this version, from npm. */
function nodeDirectory(version: string): string {
  if (version === process.versions.node) return dirname(process.execPath)
  const name = `node-${process.platform}-${process.arch}`
  const prefix = join(folder, `runtime-${version}`)
  npm(['install', '--prefix', prefix, '--no-audit', '--no-fund', `${name}@${version}`])
  return join(prefix, 'node_modules', name, 'bin')
}

/** `npm run` adds this clone's programs, among them a Node, to the `PATH`. */
function pathWithoutModules(): string {
  const path = process.env.PATH ?? ''
  return path
    .split(delimiter)
    .filter((each) => !each.includes('node_modules'))
    .join(delimiter)
}

/** @returns Seconds until the page answers, and until the uploaded file is verified. */
async function firstUpload(clone: string, env: NodeJS.ProcessEnv) {
  const begun = performance.now()
  const seconds = () => ((performance.now() - begun) / 1000).toFixed(1)
  const child = spawn('npm', ['start', '--', '--port', '0', '--s3-port', '0'], {
    ...{ cwd: clone, env, stdio: ['ignore', 'pipe', 'inherit'] },
    detached: process.platform !== 'win32',
  })
  const ended = once(child, 'close')
  try {
    if (!child.stdout) throw new Error('npm start was not started')
    const said = new Map<string, string>()
    let page = ''
    for await (const line of createInterface(child.stdout)) {
      console.log(line)
      const [, name = '', url = ''] = /^ {2}(Page|Signer) +(http\S+)$/.exec(line) ?? []
      said.set(name, url)
      if (line.startsWith('Ready')) {
        const url = said.get('Page') ?? ''
        const answer = await fetch(url)
        if (!answer.ok) throw new Error(`the page answered ${answer.status}`)
        page = seconds()
        await upload(url, said.get('Signer') ?? '')
      }
      if (line.includes('verified')) return { page, verified: seconds() }
    }
    throw new Error('npm start ended before the file was verified')
  } finally {
    if (child.pid) signalGroup(child.pid, 'SIGTERM')
    await ended
  }
}

async function upload(page: string, signer: string): Promise<void> {
  const about = { name: 'first.txt', type: 'text/plain', size: String(BYTES.length) }
  const form = await signedForm(signer, about)
  const { status } = await postForm(form, BYTES)
  if (status !== 204) throw new Error(`S3 answered ${status}, expected 204`)
  const stored = await readObject(page.replace(/\/$/, ''), form.fields.key)
  if (!stored.equals(BYTES)) throw new Error('the bucket has other bytes than were sent')
}

/** Counts packages that npm installed, without links to the clone's own, and their size. */
function installedIn(clone: string) {
  const entries = readdirSync(clone, { recursive: true, withFileTypes: true })
  const installed = entries.filter(({ parentPath }) => parentPath.includes('node_modules'))
  const places = new Set(
    installed
      .filter((entry) => entry.isFile() && entry.name === 'package.json')
      .map(({ parentPath }) => parentPath)
      .filter((place) => /node_modules\/(?:@[^/]+\/)?[^/@]+$/.test(place)),
  )
  const files = installed.filter((entry) => entry.isFile())
  const bytes = files.reduce(
    (sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size,
    0,
  )
  return { packages: places.size, bytes }
}
