/**
 * Bundles the demo page into a few files without external resources. Each file is replaced
 * atomically, because tests build the page too.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { bundledByEsbuild } from '../tools/build/notices.ts'

const SOURCE = import.meta.dirname
const BUILT_DEMO = fileURLToPath(new URL('../packages/waybill-cli/dist/demo', import.meta.url))

async function bundles() {
  const { outputFiles, metafile } = await build({
    entryPoints: ['page.ts', 'page.css', 'simple.css'].map((name) => join(SOURCE, name)),
    bundle: true,
    format: 'esm',
    splitting: true,
    conditions: ['@waybill/source'],
    // `npm start` installs the library that renders the element only here.
    nodePaths: [join(SOURCE, 'node_modules')],
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    write: false,
    metafile: true,
    outdir: BUILT_DEMO,
    logLevel: 'warning',
  })
  const files = outputFiles.map(
    ({ path, contents }) => [path.slice(BUILT_DEMO.length + 1), contents] as const,
  )
  return { files, modules: bundledByEsbuild(metafile, process.cwd()) }
}

/** Inserts the simplest client's source code into its page, which both shows and runs it. */
async function simplePage(): Promise<string> {
  const page = await readFile(join(SOURCE, 'simple.html'), 'utf8')
  const source = await readFile(join(SOURCE, 'simple.js'), 'utf8')
  const escaped = source.trimEnd().replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return page.replace('<!-- simple.js -->', () => escaped)
}

/**
 * Creates the directory if it does not exist, and keeps other files in it.
 *
 * @returns The paths of the bundled modules.
 */
export async function buildDemo(directory: string = BUILT_DEMO): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true })
  const bundled = await bundles()
  const files = new Map<string, string | Uint8Array>(bundled.files)
  files.set('simple.html', await simplePage())
  for (const name of ['index.html', 'icon.svg', 'simple.js']) {
    files.set(name, await readFile(join(SOURCE, name)))
  }
  for (const [name, contents] of files) {
    const draft = join(directory, `.${randomUUID()}`)
    await writeFile(draft, contents)
    await rename(draft, join(directory, name))
  }
  return bundled.modules
}
