/**
 * Bundles the contestants' pages, each on its own, as an application would.
 *
 * @module
 */

import { join } from 'node:path'
import { build } from 'esbuild'

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
