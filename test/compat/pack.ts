/**
 * Packs the present code as the archive of this folder: `node test/compat/pack.ts`. Run it when a
 * format changes that the client, S3 or a server keeps: waybills, receipts, resume records.
 *
 * @module
 */

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { npm } from '../../tools/npm.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const ROOMS = ['client', 'node', 'signer']
const { dependencies } = JSON.parse(
  await readFile(join(ROOT, 'packages/waybill/package.json'), 'utf8'),
)
/** Ours are put in: the archive is of one state of all. */
const LIBRARIES = Object.keys(dependencies).filter((name) => !/^(?:waybill|strict)-s3$/.test(name))

const folder = await mkdtemp(join(tmpdir(), 'waybill-pack-'))
const { metafile } = await build({
  entryPoints: Object.fromEntries(
    ROOMS.map((room) => [room, join(ROOT, 'packages/waybill/src', room, 'index.ts')]),
  ),
  outdir: join(folder, 'dist'),
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  target: 'es2024',
  conditions: ['@waybill/source'],
  external: LIBRARIES,
  metafile: true,
})
const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports)
const isLoaded = (name: string) =>
  imported.some(({ path }) => path === name || path.startsWith(`${name}/`))
const description = {
  name: 'waybill',
  version: '0.0.0',
  type: 'module',
  exports: Object.fromEntries(ROOMS.map((room) => [`./${room}`, `./dist/${room}.js`])),
  dependencies: Object.fromEntries(Object.entries(dependencies).filter(([name]) => isLoaded(name))),
}
await writeFile(join(folder, 'package.json'), JSON.stringify(description))
const pack = ['pack', '--silent', '--ignore-scripts']
await cp(join(folder, npm(pack, { cwd: folder })), join(import.meta.dirname, 'formats-1.tgz'))
await rm(folder, { recursive: true })
