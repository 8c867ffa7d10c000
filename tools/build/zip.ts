/**
 * Puts the library that writes zips into the one file that uses it, so that no user of the package
 * installs that library for `waybill-aws template`.
 *
 * @module
 */

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Bundles the compiled file in place. `dist` is the output of the compiler. */
export async function bundleZip(dist: string): Promise<void> {
  await build({
    absWorkingDir: dist,
    entryPoints: ['cdk/template/functions-zip.js'],
    outdir: 'cdk/template',
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minify: true,
    legalComments: 'eof',
    logLevel: 'warning',
  })
  // The map of the compiler is of the file before.
  await rm(join(dist, 'cdk/template/functions-zip.js.map'))
}
