/**
 * Bundles the two Lambda functions of `waybill/cdk` from `src` into `dist/lambda-assets/<name>/`,
 * so that a deployment needs neither esbuild nor Docker. `node scripts/build-lambdas.ts` prints
 * their sizes.
 *
 * @module
 */

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type BuildResult, build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The most bytes after gzip that a Lambda may load before its first response. */
const LIMITS = { signer: 40_000, arrival: 60_000 } as const

type LambdaName = keyof typeof LIMITS

/**
 * A CommonJS module in `file-type` requires two modules of Node, but an ES module has no `require`.
 */
const REQUIRE =
  "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

/**
 * Bundles both functions.
 *
 * @param outdir - The output directory; by default `dist/lambda-assets`.
 * @returns For each function, the bytes after gzip that its first request loads.
 * @throws {Error} When a bundle is too large or contains the AWS SDK.
 */
export async function buildLambdas(
  outdir = join(ROOT, 'dist', 'lambda-assets'),
): Promise<Readonly<Record<LambdaName, number>>> {
  return { signer: await buildOne('signer', outdir), arrival: await buildOne('arrival', outdir) }
}

async function buildOne(name: LambdaName, outdir: string): Promise<number> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: { index: join('src', 'lambda', `${name}-entry.ts`) },
    outdir: 'out',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // The check of tokens is a separate chunk, loaded only when tokens are used.
    splitting: true,
    // Lambda has Node's crypto. What this module shares with the rest would be a file of its own,
    // which each cold start must find and link. The prebuilt arrival has no scanner of its own.
    external: ['*/web-seal-crypto.ts', '*/ask-scanner.ts'],
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    legalComments: 'none',
    // Node prints the line of an uncaught error: without a limit that would be 60 KB in the log.
    lineLimit: 200,
    banner: name === 'arrival' ? { js: REQUIRE } : {},
    metafile: true,
    write: false,
    logLevel: 'silent',
  })
  const sdk = Object.keys(result.metafile.inputs).find((path) => /@aws-sdk|@smithy/.test(path))
  if (sdk) throw new Error(`the ${name} bundle holds ${sdk}: the AWS SDK must not be in it`)
  const size = sizeAtFirst(result)
  if (size > LIMITS[name]) {
    throw new Error(`the ${name} bundle is ${size} bytes after gzip, at most ${LIMITS[name]}`)
  }
  writeFiles(join(outdir, name), result.outputFiles)
  return size
}

type Built = BuildResult<{ metafile: true; write: false }>

/** Sums the sizes of the entry and its static imports. */
function sizeAtFirst({ metafile, outputFiles }: Built): number {
  const queue = ['out/index.mjs']
  const seen = new Set<string>()
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    const imports = metafile.outputs[path]?.imports ?? []
    for (const { kind, path: next } of imports) if (kind === 'import-statement') queue.push(next)
  }
  const names = new Set([...seen].map((path) => basename(path)))
  const loaded = outputFiles.filter(({ path }) => names.has(basename(path)))
  return loaded.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0)
}

/**
 * Replaces each file atomically, and only when it differs: other processes may read the folder at
 * the same time.
 */
function writeFiles(folder: string, files: Built['outputFiles']): void {
  mkdirSync(folder, { recursive: true })
  for (const { path, contents } of files) {
    const file = join(folder, basename(path))
    if (isSame(file, contents)) continue
    const fresh = `${file}.${process.pid}`
    writeFileSync(fresh, contents)
    renameSync(fresh, file)
  }
  const names = new Set(files.map(({ path }) => basename(path)))
  for (const name of readdirSync(folder)) {
    if (/\.mjs$/.test(name) && !names.has(name)) rmSync(join(folder, name), { force: true })
  }
}

function isSame(file: string, contents: Uint8Array): boolean {
  try {
    return readFileSync(file).equals(contents)
  } catch {
    return false
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, size] of Object.entries(await buildLambdas())) {
    console.log(`${name.padEnd(8)} ${size} bytes after gzip, limit ${LIMITS[name as LambdaName]}`)
  }
}
