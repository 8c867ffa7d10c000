/**
 * Bundles every public subpath as a user's bundler does, and checks size and content: a forbidden
 * word tells what leaked into a bundle. The table in README.md must have the sizes.
 *
 * @module
 */

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { BUNDLES, type BundleRule } from './bundle-rules.ts'

/** Makes the minified code that is loaded at once, without lazy chunks. */
async function bundle({ subpath, platform }: BundleRule): Promise<string> {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
  const built = exports[subpath].default
  const result = await build({
    entryPoints: { entry: built },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform,
    target: 'es2022',
    // Dynamic imports become lazy chunks. A page loads the entry first.
    splitting: true,
    outdir: 'out',
    logLevel: 'silent',
    external: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs', 'esbuild'],
  })
  const files = result.outputFiles.filter(({ path }) =>
    /[\\/](?:entry|chunk-[^\\/]+)\.js$/.test(path),
  )
  return loadedAtOnce(files)
}

/** Joins the entry and its static imports, also from chunks. */
function loadedAtOnce(files: readonly { path: string; text: string }[]): string {
  const byName = new Map(files.map((file) => [file.path.split(/[\\/]/).at(-1) ?? '', file.text]))
  const seen = new Set<string>()
  const queue = ['entry.js']
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    const text = byName.get(name) ?? ''
    for (const match of text.matchAll(/(?:from|import)\s*"\.\/(chunk-[^"]+\.js)"/g)) {
      if (match[1]) queue.push(match[1])
    }
  }
  return [...seen].map((name) => byName.get(name) ?? '').join('\n')
}

const README = readFileSync('README.md', 'utf8')

/**
 * Tells whether the README has the size. It is rounded, because versions of Node compress
 * differently.
 */
function isInReadme({ subpath }: BundleRule, size: number): boolean {
  const name = `waybill${subpath.slice(1)}`
  const row = README.split('\n').find((line) => line.startsWith(`| \`${name}\` |`))
  const said = Number(/ ([\d.]+) KB /.exec(row ?? '')?.[1]) * 1000
  return Math.abs(said - size) <= 50 + size / 50
}

let failed = false
console.log('subpath            gzip bytes      limit')
for (const rule of BUNDLES) {
  const code = await bundle(rule)
  const size = gzipSync(code, { level: 9 }).length
  const leaks = rule.forbidden.filter((word) => code.includes(word))
  const isStale = !isInReadme(rule, size)
  const bad = size > rule.maxGzip || leaks.length > 0 || isStale
  failed ||= bad
  console.log(
    `${rule.subpath.padEnd(18)} ${String(size).padStart(10)} ${String(rule.maxGzip).padStart(10)}${bad ? '  ✗' : ''}`,
  )
  if (size > rule.maxGzip)
    console.error(`${rule.subpath} is ${size} bytes gzip, at most ${rule.maxGzip}`)
  if (isStale) console.error(`README.md does not say that ${rule.subpath} is ${size} bytes gzip`)
  for (const word of leaks) console.error(`${rule.subpath} holds '${word}': ${rule.why}`)
}
process.exit(failed ? 1 : 0)
