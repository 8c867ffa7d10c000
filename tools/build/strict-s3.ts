/**
 * Bundles strict-s3 and the code that it needs from `waybill-s3` into a few files, so that it
 * starts fast. Node would take long to load a hundred files.
 *
 * @module
 */

import { globSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import packageJson from '../../packages/strict-s3/package.json' with { type: 'json' }
import { bundledByEsbuild } from './notices.ts'

/** Leaves the error class in `waybill-s3`, so that users can check for `instanceof S3Error`. */
const SHARED_ERROR: Plugin = {
  name: 'shared error',
  setup({ onResolve }) {
    const path = 'waybill-s3/internal/s3-error'
    onResolve({ filter: /(?:^waybill-s3\/internal|\.)\/s3-error(?:\.js)?$/ }, () => ({
      path,
      external: true,
    }))
  },
}

/** Bundles the compiled package in place and keeps its declarations. */
export async function bundleStrictS3(dist: string): Promise<readonly string[]> {
  const modules = Object.values(packageJson.exports).flatMap((target) =>
    typeof target === 'string' ? [] : [target.default.replace('./dist/', '')],
  )
  const entries = Object.fromEntries(
    [...modules, 'cli/main.js'].map((file) => [file.replace('.js', ''), file]),
  )
  const { metafile } = await build({
    absWorkingDir: dist,
    // The worker thread's file is loaded by name, from the folder of the chunk that starts it.
    entryPoints: { ...entries, 'md5-thread': 'checksums/md5-thread.js' },
    outdir: '.',
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: Object.keys(packageJson.dependencies).filter((name) => name !== 'waybill-s3'),
    plugins: [SHARED_ERROR],
    metafile: true,
    logLevel: 'warning',
  })
  const kept = new Set(Object.keys(metafile.outputs))
  for (const file of globSync('**/*.js', { cwd: dist })) {
    const name = file.replaceAll('\\', '/')
    if (kept.has(name)) continue
    await rm(join(dist, file))
  }
  return bundledByEsbuild(metafile, dist)
}
