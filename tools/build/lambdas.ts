/**
 * Bundles the two Lambda functions of `waybill-aws/cdk` from `src` into
 * `dist/lambda-assets/<name>/`, so that deployments need neither a bundler nor Docker.
 * `node tools/build/lambdas.ts` prints their sizes.
 *
 * @module
 */

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { transform } from 'esbuild'
import { type OutputChunk, rolldown } from 'rolldown'
import { bundledByRolldown, NOTICES, noticesOf } from './notices.ts'

const ROOT = fileURLToPath(new URL('../../packages/waybill-aws', import.meta.url))

/** The maximum size, in bytes after gzip, of the code that loads before the first response. */
const LIMITS = { signer: 44_000, arrival: 60_000 } as const

type LambdaName = keyof typeof LIMITS

interface BuiltLambda {
  /** Size, in bytes after gzip, of the code that the first request loads. */
  readonly size: number
  readonly modules: readonly string[]
}

/** @throws {Error} If a bundle is too large or contains the AWS SDK. */
export async function buildLambdas(
  outdir = join(ROOT, 'dist', 'lambda-assets'),
): Promise<Readonly<Record<LambdaName, BuiltLambda>>> {
  return { signer: await buildOne('signer', outdir), arrival: await buildOne('arrival', outdir) }
}

async function buildOne(name: LambdaName, outdir: string): Promise<BuiltLambda> {
  const chunks = await linkChunks(name)
  const sdk = chunks
    .flatMap(({ moduleIds }) => moduleIds)
    .find((path) => /@aws-sdk|@smithy/.test(path))
  if (sdk) throw new Error(`the ${name} bundle holds ${sdk}: the AWS SDK must not be in it`)
  const files = new Map<string, string>()
  for (const { fileName, code } of chunks) files.set(fileName, await minify(code))
  const size = sizeAtFirst(chunks, files)
  if (size > LIMITS[name]) {
    throw new Error(`the ${name} bundle is ${size} bytes after gzip, at most ${LIMITS[name]}`)
  }
  const modules = bundledByRolldown(chunks)
  const notices = noticesOf(modules)
  if (notices !== undefined) files.set(NOTICES, notices)
  writeFiles(join(outdir, name), files)
  return { size, modules }
}

/**
 * Uses rolldown, because it leaves code that lazy chunks share with the entry in the entry. esbuild
 * would move such code into separate files, and every cold start would have to find, read and link
 * them.
 */
async function linkChunks(name: LambdaName): Promise<OutputChunk[]> {
  const bundle = await rolldown({
    cwd: ROOT,
    input: { index: join('src', 'lambda', `${name}-entry.ts`) },
    platform: 'node',
    resolve: {
      conditionNames: ['@waybill/source', 'node', 'import', 'default'],
      alias: { debug: fileURLToPath(new URL('no-debug.js', import.meta.url)) },
    },
    preserveEntrySignatures: 'allow-extension',
    // Lambda has Node's crypto, and the prebuilt arrival function has no custom scanner.
    external: [/web-seal-crypto/, /ask-scanner/],
    transform: { target: 'node24' },
    logLevel: 'warn',
  })
  const { output } = await bundle.generate({
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  })
  await bundle.close()
  return output.filter((file) => file.type === 'chunk')
}

/** Uses esbuild, because V8 compiles the output of rolldown's minifier much more slowly. */
async function minify(code: string): Promise<string> {
  const result = await transform(code, {
    minify: true,
    format: 'esm',
    target: 'node24',
    legalComments: 'none',
    // Node prints the source line of an uncaught error. Without a limit, it would be the whole
    // bundle.
    lineLimit: 200,
  })
  return result.code
}

/** Adds up the sizes of the entry and its static imports. */
function sizeAtFirst(chunks: readonly OutputChunk[], files: ReadonlyMap<string, string>): number {
  const queue = ['index.mjs']
  const seen = new Set<string>()
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    queue.push(...(chunks.find(({ fileName }) => fileName === file)?.imports ?? []))
  }
  const loaded = [...seen].map((file) => files.get(file) ?? '')
  return loaded.reduce((sum, code) => sum + gzipSync(code, { level: 9 }).length, 0)
}

/**
 * Replaces each file atomically, and only if it differs, because other processes may read the
 * folder at the same time.
 */
function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, code] of files) {
    const file = join(folder, name)
    if (isSame(file, code)) continue
    const fresh = `${file}.${process.pid}`
    writeFileSync(fresh, code)
    renameSync(fresh, file)
  }
  for (const name of readdirSync(folder)) {
    if (/\.mjs$/.test(name) && !files.has(name)) rmSync(join(folder, name), { force: true })
  }
}

function isSame(file: string, code: string): boolean {
  try {
    return readFileSync(file, 'utf8') === code
  } catch {
    return false
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, { size }] of Object.entries(await buildLambdas())) {
    console.log(`${name.padEnd(8)} ${size} bytes after gzip, limit ${LIMITS[name as LambdaName]}`)
  }
}
