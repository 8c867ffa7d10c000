/**
 * Bundles the page of each contestant separately, as an application does.
 *
 * @module
 */

import { join } from 'node:path'
import { build } from 'esbuild'

/** Bundles the pages into a directory. */
export async function buildPages(contestants: readonly string[], directory: string): Promise<void> {
  await build({
    entryPoints: contestants.map((name) => join(import.meta.dirname, 'page', `${name}.ts`)),
    outdir: directory,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['source'],
    define: { 'process.env.NODE_ENV': '"production"' },
  })
}
