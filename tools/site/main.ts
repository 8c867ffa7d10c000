/**
 * `npm run site`: builds the docs as a site, with a search that needs no server.
 *
 * `npm run site -- dev` serves it while you write, and `npm run site -- preview` what was built; both
 * pass further arguments to VitePress. `SITE_BASE` is its path on the host, such as `/waybill/`.
 *
 * @module
 */

import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { homePage, navigation, pageOf, pathOf, SOURCES } from './pages.ts'

const FOLDER = import.meta.dirname
const BUILT = join(FOLDER, 'dist/site')
const PAGES = join(FOLDER, 'dist/pages')

/** The address of the repository's files: only GitHub's workflows know it. Without it, they are no links. */
const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env
const REPOSITORY = GITHUB_REPOSITORY ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/main` : ''

function write(path: string, text: string): void {
  const file = join(PAGES, path)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** Writes the pages as the generator takes them. */
function writePages(): void {
  const site = { version: packageJson.version, ...navigation() }
  write('site.json', JSON.stringify(site))
  write('index.md', homePage(REPOSITORY))
  for (const source of SOURCES) {
    write(pathOf(source), pageOf(source, readFileSync(source, 'utf8'), REPOSITORY))
  }
  for (const folder of ['docs/pictures', 'bench/pictures']) {
    cpSync(folder, join(PAGES, folder.replace('docs/', '')), { recursive: true })
  }
  cpSync('demo/icon.svg', join(PAGES, 'public/icon.svg'))
}

/** Runs npm's own program, which on Windows cannot be started otherwise without a shell. */
function install(): void {
  const wanted = readFileSync(join(FOLDER, 'package-lock.json'), 'utf8')
  const stamp = join(FOLDER, 'node_modules/.installed.json')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.log('Installing the generator in tools/site (npm ci)')
  const npm = process.env.npm_execpath
  const [program, ...first] = npm ? [process.execPath, npm] : ['npm']
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync(program ?? 'npm', [...first, ...args], {
    cwd: FOLDER,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('npm ci failed. Check the network and the npm registry.')
  writeFileSync(stamp, wanted)
}

/** @returns VitePress's exit code. */
async function vitepress(...args: readonly string[]): Promise<number> {
  const program = join(FOLDER, 'node_modules/vitepress/bin/vitepress.js')
  const [command = '', ...rest] = args
  const child = spawn(process.execPath, [program, command, ...rest], {
    cwd: FOLDER,
    stdio: 'inherit',
  })
  process.on('SIGINT', () => {})
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
}

async function main([command = 'build', ...rest]: readonly string[]): Promise<number> {
  install()
  if (command === 'preview') return vitepress('preview', ...rest)
  rmSync(PAGES, { recursive: true, force: true })
  writePages()
  if (command === 'dev') {
    for (const folder of ['docs', 'packages/strict-s3/docs', 'examples', 'tools/site/home.md']) {
      watch(folder, { recursive: true }, (_, name) => {
        if (name?.endsWith('.md')) writePages()
      })
    }
    return vitepress('dev', ...rest)
  }
  const code = await vitepress('build', ...rest)
  if (code === 0) console.log(`\nThe site is in ${BUILT}: npm run site -- preview`)
  return code
}

process.chdir(join(FOLDER, '../..'))
process.exit(await main(process.argv.slice(2)))
