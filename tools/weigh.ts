/**
 * `npm run weigh`: measures what users install. Packs the packages, installs them as each kind of
 * user would, each time in an empty folder, and does so with the alternatives to Waybill. Imports
 * every public subpath from the archives in the lowest and the latest Node, and bundles it with
 * three bundlers. Then counts this repository's lines.
 *
 * `-- --before <folder>` measures the archives of an earlier `npm run pack` first.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import {
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { PACKAGES } from './build/built-packages.ts'
import { npm } from './npm.ts'
import { packInto } from './pack.ts'
import { archiveOf, printArchives, printLines, row } from './sizes.ts'

const NODE_VERSIONS = ['22.18.0', '24']
const CDK = ['aws-cdk-lib', 'constructs']
const REACT = ['react', 'react-dom']
const UPPY = ['@uppy/core', '@uppy/aws-s3', '@uppy/dashboard']

/** Names of our packages stand for their archives. */
const USERS: readonly (readonly [who: string, packages: readonly string[]])[] = [
  ['a page, or a signer', ['waybill']],
  ['a page with React', ['waybill', ...REACT]],
  ['a CDK app', ['waybill-aws', ...CDK]],
  ['the commands', ['waybill', 'waybill-cli']],
  ['the local S3', ['strict-s3']],
  ['signatures', ['waybill-s3']],
]
const OTHERS: typeof USERS = [
  ['aws-cdk-lib and constructs', CDK],
  ['Uppy', UPPY],
  ['Uppy with Companion', [...UPPY, '@uppy/companion']],
  ['Better Upload', ['better-upload', ...REACT]],
  ['UploadThing', ['uploadthing', '@uploadthing/react', ...REACT]],
]

/** How each bundler is called. All of them write to a folder named after themselves. */
const BUNDLERS: Readonly<Record<string, string>> = {
  esbuild: `import { build } from 'esbuild'
await build({ entryPoints: ['entry.mjs'], bundle: true, minify: true, format: 'esm', splitting: true,
  platform: BROWSER ? 'browser' : 'node', outdir: OUT, external: EXTERNAL, logLevel: 'error' })`,
  rollup: `import { rollup } from 'rollup'
import resolve from '@rollup/plugin-node-resolve'
import commonjs from '@rollup/plugin-commonjs'
import terser from '@rollup/plugin-terser'
const plugins = [resolve({ browser: BROWSER, preferBuiltins: !BROWSER }), commonjs(), terser({ module: true })]
const onwarn = (warning) => { if (warning.code === 'UNRESOLVED_IMPORT') throw new Error(warning.message) }
const isExternal = (id) => id.startsWith('node:') || EXTERNAL.some((name) => id === name || id.startsWith(name + '/'))
const bundle = await rollup({ input: 'entry.mjs', plugins, external: isExternal, onwarn })
await bundle.write({ dir: OUT, format: 'es' })`,
  webpack: `import webpack from 'webpack'
import { resolve } from 'node:path'
const externals = [({ request }, done) => EXTERNAL.some((name) => request === name || request.startsWith(name + '/'))
  ? done(null, 'module ' + request) : done()]
webpack({ entry: './entry.mjs', mode: 'production', target: BROWSER ? ['web', 'es2022'] : 'node22', externals,
  experiments: { outputModule: true }, output: { path: resolve(OUT), library: { type: 'module' } }, performance: false },
  (error, stats) => { if (error || stats.hasErrors() || stats.hasWarnings()) throw error ?? new Error(stats.toString()) })`,
}
const NOT_BUNDLED = /^strict-s3$|\/cdk$/
const FOR_SERVERS = /^waybill-aws|\/(?:signer|node|arrival)$/

const { before } = parseArgs({ options: { before: { type: 'string' } } }).values
const folder = mkdtempSync(join(tmpdir(), 'waybill-weigh-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

if (before !== undefined) weigh('before', resolve(before))
console.log('Packing…')
packInto(folder)
weigh('now', folder)
console.log(`\n${row('npm install of others', 'packages', 'MB')}`)
for (const [who, packages] of OTHERS) console.log(installRow(who, packages))

const home = install([...archivesFor(PACKAGES, folder), ...CDK, ...REACT, 'vue', '@uppy/core'])
importAll()
bundleAll()
printLines()

/** Prints the sizes of the archives in a folder, and of what they bring. */
function weigh(when: string, packs: string): void {
  printArchives(when, packs)
  console.log(`\n${row(`npm install, ${when}`, 'packages', 'MB')}`)
  for (const [who, packages] of USERS) {
    console.log(installRow(who, archivesFor(packages, packs)))
  }
}

/** Replaces our packages by their archives, and adds those of the packages that they need. */
function archivesFor(packages: readonly string[], packs: string): readonly string[] {
  const found = new Set<string>()
  const add = (name: string) => {
    const archive = archiveOf(name, packs)
    if (archive === undefined) {
      if (!PACKAGES.some((ours) => ours === name)) found.add(name)
      return
    }
    found.add(archive)
    const text = execFileSync('tar', ['-xzOf', archive, 'package/package.json'])
    const needed = Object.keys(JSON.parse(text.toString()).dependencies ?? {})
    for (const each of needed) if (PACKAGES.some((ours) => ours === each)) add(each)
  }
  for (const name of packages) add(name)
  return [...found]
}

function install(packages: readonly string[]): string {
  const home = mkdtempSync(join(folder, 'user-'))
  npm(['install', '--prefix', home, '--no-audit', '--no-fund', '--ignore-scripts', ...packages])
  return home
}

function installRow(who: string, packages: readonly string[]): string {
  const home = install(packages)
  const { packages: installed } = JSON.parse(readFileSync(join(home, 'package-lock.json'), 'utf8'))
  const count = Object.keys(installed).filter((place) => place !== '').length
  const size = (sizeOf(join(home, 'node_modules')) / 1e6).toFixed(1)
  rmSync(home, { recursive: true })
  return row(who, String(count), size)
}

function publicSubpaths(): readonly string[] {
  return PACKAGES.flatMap((name) => {
    const text = readFileSync(join(home, 'node_modules', name, 'package.json'), 'utf8')
    return Object.keys(JSON.parse(text).exports)
      .filter((subpath) => !/^\.\/(?:internal\/.+|.+\.json|element\.js)$/.test(subpath))
      .map((subpath) => name + subpath.slice(1))
  })
}

/** @throws {Error} If a subpath cannot be imported. */
function importAll(): void {
  const subpaths = publicSubpaths()
  const imports = subpaths.map((subpath) => `await import('${subpath}')`).join('\n')
  writeFileSync(join(home, 'imports.mjs'), `${imports}\nconsole.log(process.versions.node)`)
  for (const version of NODE_VERSIONS) {
    const args = ['exec', '--yes', `--package=node@${version}`, '--', 'node', 'imports.mjs']
    console.log(`\nNode ${npm(args, { cwd: home })} imports ${subpaths.join(', ')}`)
  }
}

/** Prints how many files each bundler makes of a subpath, and their bytes. */
function bundleAll(): void {
  const plugins = ['node-resolve', 'commonjs', 'terser'].map((name) => `@rollup/plugin-${name}`)
  const wanted = ['esbuild', 'rollup', ...plugins, 'webpack']
  npm(['install', '--prefix', home, '--no-audit', '--no-fund', ...wanted])
  const names = Object.keys(BUNDLERS)
  console.log(`\n${['bundled, files and bytes', ...names].map((each) => each.padEnd(22)).join('')}`)
  for (const subpath of publicSubpaths().filter((each) => !NOT_BUNDLED.test(each))) {
    const given = {
      BROWSER: !FOR_SERVERS.test(subpath),
      EXTERNAL: ['react', 'react-dom', 'vue', '@uppy/core'],
    }
    writeFileSync(join(home, 'entry.mjs'), `export * from '${subpath}'`)
    const cells = names.map((name) => {
      const out = join('out', name, subpath)
      const constants = Object.entries({ ...given, OUT: out }).map(
        ([key, value]) => `const ${key} = ${JSON.stringify(value)}\n`,
      )
      writeFileSync(join(home, `${name}.mjs`), constants.join('') + BUNDLERS[name])
      execFileSync(process.execPath, [`${name}.mjs`], { cwd: home, stdio: 'inherit' })
      const files = globSync('**/*.{js,mjs}', { cwd: join(home, out) })
      return `${files.length}, ${sizeOf(join(home, out))}`
    })
    console.log([subpath, ...cells].map((each) => each.padEnd(22)).join(''))
  }
}

function sizeOf(home: string): number {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}
