/**
 * Bundles the element with the library that renders it, so that users don't have to install that
 * library. There are two bundles: `dist/element/` for bundlers, which imports the client, and
 * `dist/element.js` for pages without a build step, which contains the client.
 *
 * @module
 */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin, transform } from 'esbuild'
import { bundledByEsbuild } from './notices.ts'

const ROOM = 'element'

/**
 * Uses the rendering library's server build, which does not rely on browser classes, so that the
 * element can be imported during server-side rendering. The library's own replacements for these
 * classes are left out.
 */
const WITH_LIBRARY: BuildOptions = {
  platform: 'neutral',
  conditions: ['node'],
  alias: {
    '@lit-labs/ssr-dom-shim': fileURLToPath(new URL('no-dom.js', import.meta.url)),
  },
}

const SHARED: BuildOptions = {
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  logLevel: 'warning',
}

/** Matches a style sheet, which esbuild treats as a string and does not minify. */
const STYLES = /css`([^`$]*)`/

const SMALL_STYLES: Plugin = {
  name: 'small styles',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]element[\\/]view[\\/].*\.js$/ }, async ({ path }) => {
      const code = readFileSync(path, 'utf8')
      const styles = STYLES.exec(code)?.[1]
      if (styles === undefined) return undefined
      const { code: small } = await transform(styles, { loader: 'css', minify: true })
      return { contents: code.replace(styles, () => small.trim()) }
    })
  },
}

/** Bundles the compiled room in place and keeps its public declarations. */
export async function bundleElement(directory: string): Promise<readonly string[]> {
  const dist = resolve(directory)
  // The entry is not `index.js`, because esbuild would drop its import of this file: package.json
  // does not list it under `sideEffects`.
  const entry = join(dist, ROOM, 'define.js')
  // The components for React and Vue register the element later.
  const component = join(dist, ROOM, 'dropzone-binding.js')
  const { metafile } = await build({
    ...SHARED,
    ...WITH_LIBRARY,
    entryPoints: { index: entry, 'dropzone-binding': component },
    outdir: join(dist, ROOM),
    allowOverwrite: true,
    metafile: true,
    legalComments: 'inline',
    plugins: [SMALL_STYLES, besideOtherRooms(dist)],
  })
  const standalone = await build({
    ...SHARED,
    platform: 'browser',
    entryPoints: { element: join(dist, ROOM, 'index.js') },
    outdir: dist,
    chunkNames: `${ROOM}/standalone/[name]-[hash]`,
    minify: true,
    metafile: true,
    legalComments: 'eof',
    // A chunk that another one imports too can be left out, as `sideEffects` says.
    logOverride: { 'ignored-bare-import': 'silent' },
  })
  // This bundle contains only the texts, for custom interfaces, and none of the library.
  const texts = await build({
    ...SHARED,
    platform: 'neutral',
    entryPoints: { 'words/index': join(dist, ROOM, 'words', 'index.js') },
    outdir: join(dist, ROOM),
    chunkNames: 'words/[name]-[hash]',
    allowOverwrite: true,
    metafile: true,
    plugins: [besideOtherRooms(dist, 'words')],
  })
  const outputs = [metafile, texts.metafile].flatMap(({ outputs }) => Object.keys(outputs))
  const kept = new Set(outputs.map((file) => resolve(file)))
  for (const entry of ['index', 'dropzone-binding', 'words/index']) {
    for (const file of declarationsFrom(join(dist, ROOM), `${entry}.d.ts`)) {
      kept.add(file)
    }
  }
  for (const name of globSync('**/*.{js,ts}', { cwd: join(dist, ROOM) })) {
    const file = join(dist, ROOM, name)
    if (!kept.has(file) && !name.startsWith('standalone')) await rm(file)
  }
  return [metafile, standalone.metafile, texts.metafile].flatMap((each) =>
    bundledByEsbuild(each, process.cwd()),
  )
}

/**
 * Keeps other rooms external, so that a page that also uses the client loads it only once. They have
 * no side effects, as package.json says.
 *
 * @param folder - The folder inside the room to which the bundle is written.
 */
function besideOtherRooms(dist: string, folder = ''): Plugin {
  const room = join(dist, ROOM)
  return {
    name: 'beside other rooms',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const file = resolve(resolveDir, path)
        if (!file.startsWith(dist + sep) || file.startsWith(room + sep)) return undefined
        return {
          path: relative(join(room, folder), file).replaceAll(sep, '/'),
          external: true,
          sideEffects: false,
        }
      })
    },
  }
}

/** Matches imports in declarations, which may name `.ts` files as the sources do. */
const IMPORT = /(?:from|import)\s*['"](\.[^'"]+)\.(?:js|ts)['"]/g

/** Finds the declarations that a user's compiler reads. Throws if one mentions the library. */
function declarationsFrom(room: string, entry: string): ReadonlySet<string> {
  const found = new Set<string>()
  const queue = [join(room, entry)]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file) || !existsSync(file)) continue
    found.add(file)
    const text = readFileSync(file, 'utf8')
    if (/['"]lit['"/]/.test(text)) throw new Error(`${file} tells users of the library lit`)
    for (const [, path = ''] of text.matchAll(IMPORT)) {
      const next = join(dirname(file), `${path}.d.ts`)
      if (!relative(room, next).startsWith('..')) queue.push(next)
    }
  }
  return found
}
