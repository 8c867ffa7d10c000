/**
 * Bundles a library into the only file that uses it, so that users don't have to install it.
 *
 * @module
 */

import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { bundledByEsbuild } from './notices.ts'

/** Bundles the compiled file in place. @returns The paths of the bundled modules. */
export async function bundleLibrary(dist: string, file: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: dist,
    entryPoints: [file],
    outfile: file,
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['node:*'],
    alias: { debug: fileURLToPath(new URL('no-debug.js', import.meta.url)) },
    target: 'es2022',
    // Keeps the comments that tell webpack and Vite to leave an import alone.
    minifySyntax: true,
    minifyIdentifiers: true,
    metafile: true,
    legalComments: 'eof',
    logLevel: 'warning',
  })
  return bundledByEsbuild(metafile, dist)
}
