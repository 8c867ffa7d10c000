/**
 * Packs the packages, checks the archives with attw and publint, and compares their notices with
 * their bundles. Then unpacks them outside the repository and uses them as users do: imports every
 * subpath, starts and stops each command, and uploads a file with the packed client and signer to
 * the packed strict-s3.
 *
 * @module
 */

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, posix } from 'node:path'
import { createInterface } from 'node:readline'
import { linkLibraries, type PackageName } from '../build/built-packages.ts'
import { packInto } from '../pack.ts'
import { checkNotices } from './notices.ts'

/** Subpaths that are not imported here: they need optional peer dependencies or are not modules. */
const NOT_IN_NODE =
  /^waybill(?:\/(?:react|vue)(?:\/dropzone)?|-aws\/(?:cdk|internal\/template))$|\/package\.json$/

/** Each archive's last size in bytes. It may grow by a tenth. */
const LAST_ARCHIVES = {
  'waybill-s3': 48_600,
  'strict-s3': 212_700,
  waybill: 518_100,
  'waybill-aws': 217_200,
  'waybill-cli': 361_100,
} as const

/** Files that every archive must contain besides its code, and additional ones. */
const SHIPPED = ['README.md', 'LICENSE']
const SHIPPED_DOCS: Partial<Record<string, readonly string[]>> = {
  'strict-s3': ['docs/command-line.md'],
  waybill: ['CHANGELOG.md', 'docs/guide/troubleshooting.md', 'docs/reference/errors.md'],
  'waybill-cli': ['CHANGELOG.md', 'docs/reference/cli.md'],
}

const UPLOAD = `
import { createSigner } from 'waybill/signer'
import { startServer, toNodeHandler } from 'waybill/node'
import { startStrictS3 } from 'strict-s3'
import { createUploader } from 'waybill/client'

const s3 = await startStrictS3({ buckets: ['uploads'] })
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
  const modules = join(folder, 'node_modules')
  const imports: string[] = []
  for (const [name, archive] of Object.entries(packInto(folder))) {
    const home = join(modules, name)
    mkdirSync(home, { recursive: true })
    // Use a relative path, because GNU tar mistakes the drive in a Windows path for a host.
    const args = ['-xzf', `../../${basename(archive)}`, '--strip-components=1']
    execFileSync('tar', args, { cwd: home })
    const text = readFileSync(join(home, 'package.json'), 'utf8')
    const { exports, dependencies = {} } = JSON.parse(text)
    checkPrivate(name, text)
    await linkLibraries(modules, Object.keys(dependencies))
    const files = readdirSync(home, { recursive: true }).map(String)
    const stray = files.find((file) =>
      /\.test\.|\.env|tsconfig|\.tsbuildinfo|\.map$|^src/.test(file),
    )
    if (stray) throw new Error(`${name} ships ${stray}`)
    const missing = [...SHIPPED, ...(SHIPPED_DOCS[name] ?? [])].find(
      (file) => !files.includes(join(file)),
    )
    if (missing) throw new Error(`${name} ships no ${missing}`)
    const libraries = checkNotices(home)
    if (libraries.length > 0) console.log(`${name} has code of ${libraries.join(', ')}`)
    for (const entry of files.filter((file) => /lambda-assets.*index\.mjs$/.test(file))) {
      checkNotices(join(home, dirname(entry)))
    }
    checkSize(name as PackageName, statSync(archive).size)
    runTool('@arethetypeswrong/cli/dist/index.js', archive, '--profile', 'esm-only', '--quiet')
    runTool('publint/src/cli.js', archive, '--strict')
    imports.push(...Object.keys(exports).map((subpath) => posix.join(name, subpath)))
  }
  const importable = imports.filter((name) => !NOT_IN_NODE.test(name))
  const script = importable.map((name) => `await import('${name}')`).join('\n')
  runScript('imports.mjs', `${script}\nconsole.log('imported ${importable.length} modules')`)
  runScript('upload.mjs', UPLOAD)
  const cli = join(modules, 'waybill-cli/dist/main.js')
  await writeTemplate(cli)
  explainsFailure(cli)
  await startAndStop('waybill', cli, ['dev', '--port', '0', '--s3-port', '0'])
  await startAndStop('strict-s3', join(modules, 'strict-s3/dist/cli/main.js'), ['--port', '0'])
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** `waybill template` needs CDK. Without CDK, it must say how to install it. */
async function writeTemplate(bin: string): Promise<void> {
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
  if (!said.includes('npm install --save-dev waybill-aws aws-cdk-lib constructs')) {
    throw new Error(`waybill template without CDK says '${said}'`)
  }
  await linkLibraries(join(folder, 'node_modules'), ['aws-cdk-lib', 'constructs'])
  write()
  const written = readdirSync(join(folder, 'waybill-template')).sort()
  const [template, code] = written
  if (template !== 'template.json' || !/^waybill-[0-9a-f]{16}\.zip$/.test(code ?? '')) {
    throw new Error(`waybill template wrote ${written.join(', ')}`)
  }
  console.log('waybill template writes, with CDK beside it')
}

/** Checks that a command explains a failure thrown by another package's code. */
function explainsFailure(bin: string): void {
  const name = 'arn:aws:lambda:eu-west-1:123456789012:function:Arrival'
  const args = [bin, 'redrive', '--function', name, '--region', 'us-east-1']
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 2 || !stderr.startsWith("waybill: --region is 'us-east-1'")) {
    throw new Error(`waybill redrive ended with ${status} and says '${stderr}'`)
  }
  console.log('waybill explains a failure of a library')
}

/** Checks that no bundler resolves to our sources, and that npm needs no private package. */
function checkPrivate(name: string, packageJson: string) {
  const [condition] = /"(?!@waybill\/source")[^"]+": "\.\/src\/[^"]*"/.exec(packageJson) ?? []
  if (condition) throw new Error(`${name} exports a source under a public condition: ${condition}`)
  const [dependency] = /"@waybill\/(?!source")[^"]+"/.exec(packageJson) ?? []
  if (dependency) throw new Error(`${name} names the private package ${dependency}`)
}

function runTool(program: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, [join('node_modules', program), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

function checkSize(name: PackageName, size: number): void {
  const last = LAST_ARCHIVES[name]
  if (size > last * 1.1) {
    throw new Error(`${name} packed is ${size} bytes, more than a tenth above ${last}`)
  }
  console.log(`${name} packed: ${size} bytes, last ${last}`)
}

/** Waits until the command is ready, stops it as Ctrl+C does, and checks that it exits with 0. */
async function startAndStop(name: string, bin: string, args: readonly string[]): Promise<void> {
  const state = join(folder, 'state')
  const env = { ...process.env, XDG_STATE_HOME: state, LOCALAPPDATA: state }
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env, stdio })
  const ended = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('Ready')) child.kill('SIGINT')
  }
  const [code] = await ended
  // Windows has no signals, so `kill` ended the process without a chance to stop.
  const stops = process.platform !== 'win32'
  if (stops && code !== 0) throw new Error(`${name} ended with ${code}`)
  console.log(`${name} starts${stops ? ' and stops' : ''}`)
}

function runScript(name: string, source: string): void {
  writeFileSync(join(folder, name), source)
  execFileSync(process.execPath, [name], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
}
