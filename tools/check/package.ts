/**
 * Packs the package, unpacks it outside the source, and uses it as users do: imports every subpath,
 * starts and stops each command, and sends a file from the packed client with the packed signer to
 * the packed local S3.
 *
 * @module
 */

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { npm } from '../npm.ts'
import { type InstalledSize, installedSize } from './installed-size.ts'

/** Subpaths that are not imported here: they need optional peers. */
const NOT_IN_NODE = new Set(['./react', './vue', './cdk', './package.json'])

/** Bytes of the archive of `npm pack` when this was last written; it may grow by a tenth. */
const LAST_ARCHIVE = 2_043_000

/** The most bytes of the package and of all that it depends on. */
const MAX_INSTALLED = 12_000_000

const UPLOAD = `
import { createSigner } from 'waybill/signer'
import { startServer, toNodeHandler } from 'waybill/node'
import { startLocalS3 } from 'strict-s3'
import { createUploader } from 'waybill/client'

const s3 = await startLocalS3({ buckets: ['uploads'] })
const signer = createSigner({
  bucket: 'uploads',
  region: s3.region,
  endpoint: s3.endpoint,
  credentials: s3.credentials,
  secret: 'a secret of at least thirty-two characters',
  allowedOrigins: [],
  rules: { notes: { types: ['text/plain'], maxSize: '4 MiB', public: true } },
})
const server = await startServer(toNodeHandler(signer, { basePath: '/api/uploads' }), { port: 0 })
const uploader = createUploader({ endpoint: server.url + '/api/uploads' })
// Large enough for the hashing thread, which is a separate file.
const file = new File(['packed and shipped'.repeat(150_000)], 'note.txt', { type: 'text/plain' })
const { key, size } = await uploader.upload(file, { rule: 'notes' }).done
if (size !== file.size) throw new Error('uploaded ' + size + ' bytes, expected ' + file.size)
console.log('uploaded ' + key)
await server.close()
await s3.close()
`

const folder = mkdtempSync(join(tmpdir(), 'waybill-package-'))
try {
  const archive = npm(['pack', '--silent', '--pack-destination', folder])
  checkSize(statSync(join(folder, archive)).size)
  const home = join(folder, 'node_modules', 'waybill')
  mkdirSync(home, { recursive: true })
  // In the folder: GNU tar takes the drive of a path on Windows for a host.
  execFileSync('tar', ['-xzf', `../../${archive}`, '--strip-components=1'], { cwd: home })
  const { exports, dependencies, bin } = JSON.parse(
    readFileSync(join(home, 'package.json'), 'utf8'),
  )
  checkInstalled(installedSize(home))
  linkDependencies(Object.keys(dependencies))
  const files = readdirSync(home, { recursive: true }).map(String)
  const stray = files.find((name) => /\.test\.|\.env|tsconfig|\.tsbuildinfo/.test(name))
  if (stray) throw new Error(`the package ships ${stray}`)

  const subpaths = Object.keys(exports).filter((subpath) => !NOT_IN_NODE.has(subpath))
  const imports = subpaths
    .map((subpath) => `await import('${posix.join('waybill', subpath)}')`)
    .join('\n')
  runScript('imports.mjs', `${imports}\nconsole.log('imported ${subpaths.length} subpaths')`)
  runScript('upload.mjs', UPLOAD)
  execFileSync(process.execPath, [join(home, bin.waybill), '--help'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  writeTemplate(join(home, bin.waybill))
  await startAndStop(join(home, bin.waybill), ['dev', '--port', '0', '--s3-port', '0'])
  await startAndStop(join(home, bin.waybill), ['s3', '--port', '0'])
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Writes a template, which needs CDK: without it the command says how to install that. */
function writeTemplate(bin: string): void {
  const write = () =>
    execFileSync(process.execPath, [bin, 'template'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    })
  let said = ''
  try {
    write()
  } catch (error) {
    said = error instanceof Error ? error.message : ''
  }
  if (!said.includes('npm install --save-dev aws-cdk-lib constructs')) {
    throw new Error(`waybill template without CDK says '${said}'`)
  }
  linkDependencies(['aws-cdk-lib', 'constructs'])
  write()
  const written = readdirSync(join(folder, 'waybill-template')).sort()
  const [template, code] = written
  if (template !== 'template.json' || !/^waybill-[0-9a-f]{16}\.zip$/.test(code ?? '')) {
    throw new Error(`waybill template wrote ${written.join(', ')}`)
  }
  console.log('waybill template writes, with CDK beside it')
}

/** Checks the size of the archive, which every user downloads. */
function checkSize(size: number): void {
  if (size > LAST_ARCHIVE * 1.1) {
    throw new Error(`the packed package is ${size} bytes, more than a tenth above ${LAST_ARCHIVE}`)
  }
  console.log(`packed ${size} bytes, last ${LAST_ARCHIVE}`)
}

/** Checks what a bare `npm install waybill` puts on a disk, with all that it depends on. */
function checkInstalled({ own, all }: InstalledSize): void {
  const mb = (bytes: number) => `${(bytes / 1_000_000).toFixed(2)} MB`
  if (all > MAX_INSTALLED) {
    throw new Error(`npm install waybill puts ${mb(all)} on a disk, at most ${mb(MAX_INSTALLED)}`)
  }
  console.log(
    `npm install waybill: ${mb(all)} of at most ${mb(MAX_INSTALLED)}, ${mb(own)} of them its own`,
  )
}

/** Links only the declared dependencies, so that others are not found. */
function linkDependencies(names: readonly string[]): void {
  for (const name of names) {
    const place = join(folder, 'node_modules', name)
    mkdirSync(join(place, '..'), { recursive: true })
    // A junction on Windows, where links take a privilege.
    symlinkSync(resolve('node_modules', name), place, 'junction')
  }
}

/**
 * Waits until the command is ready, stops it as Ctrl+C does, and demands exit code 0.
 */
async function startAndStop(bin: string, args: readonly string[]): Promise<void> {
  const state = join(folder, 'state')
  const env = { ...process.env, XDG_STATE_HOME: state, LOCALAPPDATA: state }
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env, stdio })
  const ended = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('Ready')) child.kill('SIGINT')
  }
  const [code] = await ended
  // Windows has no signals: there it was ended.
  const stops = process.platform !== 'win32'
  if (stops && code !== 0) throw new Error(`waybill ${args[0]} ended with ${code}`)
  console.log(`waybill ${args[0]} starts${stops ? ' and stops' : ''}`)
}

function runScript(name: string, source: string): void {
  writeFileSync(join(folder, name), source)
  execFileSync(process.execPath, [name], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
}
