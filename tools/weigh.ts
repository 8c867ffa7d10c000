/**
 * `npm run weigh`: measures Waybill's size. Installs the packed packages as each kind of user
 * would, and the alternatives to Waybill, each in an empty folder. Then counts this repository's
 * lines.
 *
 * @module
 */

import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PACKAGES } from './build/built-packages.ts'
import { npm } from './npm.ts'
import { packInto } from './pack.ts'

const folder = mkdtempSync(join(tmpdir(), 'waybill-weigh-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

console.log('Packing…')
const packs = packInto(folder)
const s3 = packs['waybill-s3']
const strict = [s3, packs['strict-s3']]
const waybill = [...strict, packs.waybill]
const cdk = ['aws-cdk-lib', 'constructs']

const USERS: readonly (readonly [who: string, packages: readonly string[]])[] = [
  ['waybill-s3', [s3]],
  ['strict-s3', strict],
  ['waybill, in a page', waybill],
  ['waybill, with React', [...waybill, 'react', 'react-dom']],
  ['waybill-aws, with CDK', [...waybill, packs['waybill-aws'], ...cdk]],
  ['aws-cdk-lib and constructs alone', cdk],
  ['Uppy', ['@uppy/core', '@uppy/aws-s3', '@uppy/dashboard']],
  ['Uppy with Companion', ['@uppy/core', '@uppy/aws-s3', '@uppy/dashboard', '@uppy/companion']],
  ['Better Upload', ['better-upload', 'react', 'react-dom']],
  ['UploadThing', ['uploadthing', '@uploadthing/react', 'react', 'react-dom']],
]

console.log(row('npm install', 'packages', 'MB'))
for (const [who, packages] of USERS) {
  const home = mkdtempSync(join(folder, 'user-'))
  npm(['install', '--prefix', home, '--no-audit', '--no-fund', '--ignore-scripts', ...packages])
  const { packages: installed } = JSON.parse(readFileSync(join(home, 'package-lock.json'), 'utf8'))
  const count = Object.keys(installed).filter((place) => place !== '').length
  console.log(row(who, String(count), (sizeOf(join(home, 'node_modules')) / 1e6).toFixed(1)))
}

console.log(`\n${row('in this repository', 'files', 'lines')}`)
const PARTS = [
  ...[...PACKAGES, 'command-line'].flatMap((name) => [
    `packages/${name}/src`,
    `packages/${name}/test`,
  ]),
  ...['test', 'bench', 'tools', 'demo', 'examples', 'docs'],
]
for (const part of PARTS) {
  const files = globSync(`${part}/**/*.{ts,tsx,js,vue,svelte,css,html,md}`, {
    exclude: (name) => /(?:^|[\\/])(?:node_modules|dist|cdk\.out)(?:[\\/]|$)/.test(name),
  })
  const lines = files.map((file) => readFileSync(file, 'utf8').split('\n').length - 1)
  console.log(row(part, String(files.length), String(lines.reduce((sum, each) => sum + each, 0))))
}

function sizeOf(home: string): number {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

function row(name: string, first: string, second: string): string {
  return `${name.padEnd(34)}${first.padStart(10)}${second.padStart(10)}`
}
