/**
 * Bundles the local S3 into few files, so that it starts fast: Node needs about a millisecond to
 * load each of a hundred files.
 *
 * @module
 */

import { globSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

/**
 * Bundles the compiled room in place; its declarations stay. `dist` is the output of the compiler.
 */
export async function bundleLocalS3(dist: string): Promise<void> {
  const entries = {
    // `index.js` names it, and the command line imports it: one bundle for both.
    'local-s3/start-local-s3': 'local-s3/start-local-s3.js',
    // The file of a thread is loaded by its name.
    'local-s3/md5-thread': 'local-s3/checksums/md5-thread.js',
    ...importedElsewhere(dist),
  }
  const inputs = new Set<string>()
  const outputs = new Set<string>()
  // One after the other: esbuild names what is external as seen from `outdir`, not from each file
  // in it.
  for (const [output, input] of Object.entries(entries)) {
    const metafile = await bundleFile(dist, input, output)
    for (const file of Object.keys(metafile.inputs)) inputs.add(file)
    outputs.add(`${output}.js`)
  }
  for (const file of inputs) {
    if (!file.startsWith('local-s3/') || outputs.has(file)) continue
    await rm(join(dist, file))
    await rm(join(dist, `${file}.map`))
  }
}

async function bundleFile(dist: string, input: string, output: string) {
  const { metafile } = await build({
    absWorkingDir: dist,
    entryPoints: { [output.slice(dirname(output).length + 1)]: input },
    outdir: dirname(output),
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    packages: 'external',
    // Not bundled, so that all rooms share the class `S3Error`.
    external: ['./s3/s3-error.js'],
    sourcemap: true,
    // The package has `packages/waybill/src/`, to which the map leads.
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  })
  return metafile
}

/**
 * Single files of the room that other rooms import: each stays where it is, with what it needs in
 * it.
 */
function importedElsewhere(dist: string): Record<string, string> {
  const entries: Record<string, string> = {}
  for (const file of globSync('**/*.js', { cwd: dist })) {
    if (file.startsWith('local-s3')) continue
    const text = readFileSync(join(dist, file), 'utf8')
    for (const [, path = ''] of text.matchAll(/from '(?:\.\.\/)+(local-s3\/[\w/-]+)\.js'/g)) {
      entries[path] = `${path}.js`
    }
  }
  return entries
}
