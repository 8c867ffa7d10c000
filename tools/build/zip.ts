/**
 * Bundles the ZIP library into the only file that uses it, so that users don't have to install the
 * library for `waybill template`.
 *
 * @module
 */

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundledByEsbuild } from './notices.ts'

/** Bundles the compiled file in place. @returns The paths of the bundled modules. */
export async function bundleZip(dist: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: dist,
    entryPoints: ['cdk/template/functions-zip.js'],
    outdir: 'cdk/template',
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minify: true,
    metafile: true,
    legalComments: 'eof',
    logLevel: 'warning',
  })
  // The compiler's source map describes the file that was replaced.
  await rm(join(dist, 'cdk/template/functions-zip.js.map'))
  return bundledByEsbuild(metafile, dist)
}
