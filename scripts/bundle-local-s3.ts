/**
 * Makes one file of the local S3, which is to be ready at once: Node takes about a millisecond to load each of a hundred.
 *
 * @module
 */

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

/** @param dist - What the compiler has written. The room is changed in place, its declarations stay. */
export async function bundleLocalS3(dist: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: dist,
    // A thread is loaded by its own name.
    entryPoints: {
      index: 'local-s3/index.js',
      'md5-thread': 'local-s3/checksums/md5-thread.js',
    },
    outdir: 'local-s3',
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    packages: 'external',
    // The class of an error is to be the same one for all.
    external: ['./s3/s3-error.js'],
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
  })
  for (const input of Object.keys(metafile.inputs)) {
    if (!input.startsWith('local-s3/') || input in metafile.outputs) continue
    await rm(join(dist, input))
    await rm(join(dist, `${input}.map`))
  }
}
