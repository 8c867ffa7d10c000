/**
 * Bundles every public subpath as a user's bundler would. Prints each size next to the last one,
 * and fails if a bundle has grown by more than a tenth or contains a forbidden word. The sizes in
 * the table in docs/reference/README.md must be correct within a tenth.
 *
 * @module
 */

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { BUNDLES, type BundleRule, SIGNING_CODE } from './bundle-rules.ts'

/** @returns The code by file name: the entry, the chunks that it imports, and the lazy chunks. */
async function bundle(
  { subpath, platform }: BundleRule,
  names: readonly string[] | undefined,
): Promise<ReadonlyMap<string, string>> {
  const contents = `export ${names ? `{ ${names.join(', ')} }` : '*'} from '${subpath}'`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: '.', sourcefile: 'main.js' },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform,
    target: 'es2022',
    // Dynamic imports become lazy chunks.
    splitting: true,
    outdir: 'out',
    entryNames: 'main',
    logLevel: 'silent',
    external: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs', 'esbuild', 'react', 'vue'],
  })
  return new Map(outputFiles.map(({ path, text }) => [path.split(/[\\/]/).at(-1) ?? '', text]))
}

/**
 * @returns The code of the entry and its imports. Lazy chunks are included only if `isLoaded`
 *   returns true for them.
 */
function loaded(
  files: ReadonlyMap<string, string>,
  isLoaded: (chunk: string) => boolean = () => false,
): string[] {
  const seen = new Set<string>()
  const queue = ['main.js']
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    const text = files.get(name) ?? ''
    for (const [, lazily, file = ''] of text.matchAll(IMPORT))
      if (!lazily || isLoaded(file)) queue.push(file)
  }
  return [...seen].map((name) => files.get(name) ?? '')
}

const IMPORT = /(?:from|import)\s*(\()?"\.\/([^"]+\.js)"/g

/** @returns The total size in bytes. Each file is compressed separately, as it is sent. */
function gzipped(files: readonly string[]): number {
  return files.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0)
}

const TABLE = readFileSync('docs/reference/README.md', 'utf8')

function isInReadme({ subpath }: BundleRule, size: number): boolean {
  const row = TABLE.split('\n').find((line) => line.startsWith(`| \`${subpath}\` |`))
  const said = Number(/ ([\d.]+) KB /.exec(row ?? '')?.[1]) * 1000
  return Math.abs(said - size) <= 100 + size / 10
}

const isGrown = (size: number, last: number) => size > last * 1.1

function isSmallInBrowser(
  files: ReadonlyMap<string, string>,
  { lastGzip, fallbacks }: NonNullable<BundleRule['inBrowser']>,
): boolean {
  const isOf = (name: string) => (file: string) => file.startsWith(`${name}-`)
  const unknown = fallbacks.filter((name) => ![...files.keys()].some(isOf(name)))
  for (const name of unknown) console.error(`no chunk is called ${name}: see bundle-rules.ts`)
  const isFallback = (file: string) => fallbacks.some((name) => isOf(name)(file))
  const size = gzipped(loaded(files, (chunk) => !isFallback(chunk)))
  const row = [
    '  all in a browser'.padEnd(20),
    String(size).padStart(10),
    String(lastGzip).padStart(10),
  ]
  console.log(`${row.join(' ')}${isGrown(size, lastGzip) ? '  ✗' : ''}`)
  if (isGrown(size, lastGzip))
    console.error(`a current browser loads ${size} bytes gzip, more than a tenth above ${lastGzip}`)
  return !isGrown(size, lastGzip) && unknown.length === 0
}

/** Measures how much each export in `onTop` adds to the entry. */
async function areSmallOnTop(rule: BundleRule, entrySize: number): Promise<boolean> {
  let areSmall = true
  for (const [name, lastGzip] of Object.entries(rule.onTop ?? {})) {
    const files = await bundle(rule, [...(rule.entry ?? []), name])
    const size = gzipped([loaded(files).join('\n')]) - entrySize
    const isSmall = !isGrown(size, lastGzip)
    areSmall &&= isSmall
    console.log(
      `  + ${name.padEnd(18)}${String(size).padStart(10)} ${String(lastGzip).padStart(10)}${isSmall ? '' : '  ✗'}`,
    )
    if (!isSmall)
      console.error(`${name} adds ${size} bytes gzip, more than a tenth above ${lastGzip}`)
  }
  return areSmall
}

/** Measures how much a subpath adds to the one in `over`. */
async function isSmallOver({ subpath, over }: BundleRule, size: number): Promise<boolean> {
  const below = BUNDLES.find((rule) => rule.subpath === over?.subpath)
  if (!over || !below) return true
  const more = size - gzipped([loaded(await bundle(below, over.names ?? below.entry)).join('\n')])
  const isSmall = !isGrown(more, over.lastGzip)
  console.log(
    `  over ${over.subpath.padEnd(15)}${String(more).padStart(10)} ${String(over.lastGzip).padStart(10)}${isSmall ? '' : '  ✗'}`,
  )
  if (!isSmall)
    console.error(`${subpath} adds ${more} bytes gzip, more than a tenth above ${over.lastGzip}`)
  return isSmall
}

let failed = false
console.log('subpath              gzip bytes       last')
for (const rule of BUNDLES) {
  const files = await bundle(rule, rule.entry)
  const code = loaded(files).join('\n')
  const size = gzipped([code])
  const lazy = [...files.values()].join('\n')
  const leaks = rule.forbidden.filter(
    (word) => code.includes(word) || (SIGNING_CODE.includes(word) && lazy.includes(word)),
  )
  const isStale = !isInReadme(rule, size)
  const bad = isGrown(size, rule.lastGzip) || leaks.length > 0 || isStale
  failed ||= bad
  console.log(
    `${rule.subpath.padEnd(20)} ${String(size).padStart(10)} ${String(rule.lastGzip).padStart(10)}${bad ? '  ✗' : ''}`,
  )
  if (isGrown(size, rule.lastGzip))
    console.error(`${rule.subpath} is ${size} bytes gzip, more than a tenth above ${rule.lastGzip}`)
  if (isStale)
    console.error(
      `docs/reference/README.md does not say that ${rule.subpath} is ${size} bytes gzip`,
    )
  if (!(await areSmallOnTop(rule, size))) failed = true
  if (!(await isSmallOver(rule, size))) failed = true
  const { inBrowser } = rule
  if (inBrowser && !isSmallInBrowser(files, inBrowser)) failed = true
  for (const word of leaks) console.error(`${rule.subpath} holds '${word}': ${rule.why}`)
}
process.exit(failed ? 1 : 0)
