/**
 * Handlers that respond to the same Function URL event with a presigned POST, each bundled into its
 * own folder.
 *
 * @module
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { buildLambdas } from '../../tools/build/lambdas.ts'
import type { Contestant } from '../harness/interleave.ts'

/** A handler to measure. */
export interface ColdStart extends Contestant {
  /** The module that exports `handler`. */
  readonly entry: string
  /** Bytes of all its files after gzip. */
  readonly gzip: number
}

/** Bundles all handlers into `folder`, in the order of the table. */
export async function contestants(
  folder: string,
): Promise<
  [empty: ColdStart, crypto: ColdStart, waybill: ColdStart, sdk3: ColdStart, seed: ColdStart]
> {
  const { signer } = await buildLambdas(folder)
  return [
    written('empty handler', folder, 'empty.mjs', EMPTY),
    written('limit: its cryptography', folder, 'crypto.mjs', CRYPTO),
    { name: 'waybill, sealed', entry: join(folder, 'signer', 'index.mjs'), gzip: signer.size },
    await bundled('AWS SDK v3', 'sdk-v3-handler.ts', folder, 'esm'),
    // As the NodejsFunction of the first design makes it: CommonJS, with all of SDK v2.
    await bundled('the seed (AWS SDK v2)', 'seed-handler.ts', folder, 'cjs'),
  ]
}

const EMPTY = "export const handler = async () => ({ statusCode: 200, body: '{}' })\n"

/** What Waybill asks of Node's crypto for a first form, and nothing else. */
const CRYPTO = `
const { createCipheriv, createHmac, hkdfSync, randomBytes } = process.getBuiltinModule('node:crypto')
export async function handler() {
  let key = 'AWS4secret'
  for (const text of ['20260101', 'eu-west-1', 's3', 'aws4_request', 'policy']) {
    key = createHmac('sha256', key).update(text).digest()
  }
  const sealingKey = Buffer.from(hkdfSync('sha256', 'a secret', '', 'waybill', 32))
  const cipher = createCipheriv('aes-256-gcm', sealingKey, randomBytes(12))
  cipher.update(randomBytes(500))
  cipher.final()
  cipher.getAuthTag()
  return { statusCode: 200, body: '{}' }
}
`

function written(name: string, folder: string, file: string, code: string): ColdStart {
  const entry = join(folder, file)
  writeFileSync(entry, code)
  return { name, entry, gzip: gzipSync(code).length }
}

const REQUIRE =
  "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

async function bundled(
  name: string,
  source: string,
  folder: string,
  format: 'esm' | 'cjs',
): Promise<ColdStart> {
  const outdir = join(folder, source.replace(/\.ts$/, ''))
  mkdirSync(outdir, { recursive: true })
  const entry = join(outdir, format === 'esm' ? 'index.mjs' : 'index.cjs')
  await build({
    entryPoints: [join(import.meta.dirname, source)],
    outfile: entry,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format,
    logLevel: 'error',
    banner: { js: format === 'esm' ? REQUIRE : '' },
  })
  const bytes = readdirSync(outdir).map((file) => gzipSync(readFileSync(join(outdir, file))).length)
  return { name, entry, gzip: bytes.reduce((sum, each) => sum + each, 0) }
}
