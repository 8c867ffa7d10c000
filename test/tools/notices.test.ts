/**
 * Which libraries the notices name, and when a build fails for a license: over libraries made for
 * the test, bundled by both bundlers.
 *
 * @module
 */

import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { rolldown } from 'rolldown'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  bundledByEsbuild,
  bundledByRolldown,
  librariesIn,
  NOTICES,
  noticesOf,
  writeNotices,
} from '../../tools/build/notices.ts'

let folder: string

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'waybill-notices-')))
  onTestFinished(() => rm(folder, { recursive: true }))
})

interface Library {
  readonly license?: string
  /** Other files, with their texts. */
  readonly files?: Readonly<Record<string, string>>
  /** The folder that has the `node_modules`. */
  readonly below?: string
}

/** Writes a library, by default with the license MIT. */
async function install(
  name: string,
  code: string,
  { license = 'MIT', files = { LICENSE: `Copyright of ${name}` }, below = '' }: Library = {},
) {
  const home = join(folder, below, 'node_modules', name)
  await mkdir(home, { recursive: true })
  const description = { name, version: '1.2.3', license, type: 'module', sideEffects: false }
  await writeFile(join(home, 'package.json'), JSON.stringify(description))
  await writeFile(join(home, 'index.js'), code)
  for (const [file, text] of Object.entries(files)) await writeFile(join(home, file), text)
}

/** Bundles the text. @returns Paths of the modules in the bundle, as each bundler tells them. */
async function bundle(text: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const entry = join(folder, 'entry.js')
  await writeFile(entry, text)
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    write: false,
    metafile: true,
    outdir: 'out',
  })
  const linked = await rolldown({ cwd: folder, input: entry })
  const { output } = await linked.generate({ format: 'esm' })
  await linked.close()
  const chunks = output.filter((file) => file.type === 'chunk')
  return { esbuild: bundledByEsbuild(metafile, folder), rolldown: bundledByRolldown(chunks) }
}

describe('noticesOf', () => {
  it('lists the libraries in a bundle, without those the bundler left out', async () => {
    await install('@some/used', "export { inner } from 'inner'; export const used = () => 1")
    await install('inner', 'export const inner = () => 2', {
      below: 'node_modules/@some/used',
    })
    await install('unused', 'export const unused = () => 3')
    const bundled = await bundle(
      "import { inner, used } from '@some/used'\nimport { unused } from 'unused'\nconsole.log(used(), inner())",
    )
    for (const modules of Object.values(bundled)) {
      const notices = noticesOf(modules) ?? ''
      expect(librariesIn(notices)).toEqual(['@some/used@1.2.3', 'inner@1.2.3'])
      expect(notices).toContain('@some/used@1.2.3 (MIT)\n\nCopyright of @some/used\n')
    }
  })

  it("includes a library's notice in addition to its license, with Unix line endings", async () => {
    await install('apache', 'export default () => 1', {
      license: 'Apache-2.0',
      files: { 'license.md': 'Apache\r\nLicense\r\n', 'NOTICE.txt': 'made by Apache' },
    })
    const { esbuild = [] } = await bundle("import one from 'apache'\none()")
    expect(noticesOf(esbuild)).toContain('\n\nApache\nLicense\n\nmade by Apache\n')
  })

  it('rejects a library without a license file', async () => {
    await install('bare', 'export default () => 1', { files: {} })
    const { esbuild = [] } = await bundle("import one from 'bare'\none()")
    expect(() => noticesOf(esbuild)).toThrow(/^bare@1\.2\.3 is in a bundle and .*bare has no/)
  })

  it.each(['GPL-3.0-only', undefined])('rejects a library with the license %s', async (license) => {
    await install('strict', 'export default () => 1', { license: license ?? '' })
    const { esbuild = [] } = await bundle("import one from 'strict'\none()")
    expect(() => noticesOf(esbuild)).toThrow(
      `strict@1.2.3 is in a bundle and its license is "${license ?? ''}", expected one of 0BSD,`,
    )
  })
})

describe('writeNotices', () => {
  it('writes no file if a bundle contains no libraries', async () => {
    await install('small', 'export default () => 1')
    const { esbuild = [] } = await bundle("import one from 'small'\none()")
    writeNotices(folder, esbuild)
    expect(librariesIn(await readFile(join(folder, NOTICES), 'utf8'))).toEqual(['small@1.2.3'])
    const { esbuild: own = [] } = await bundle('console.log(1)')
    writeNotices(folder, own)
    await expect(readFile(join(folder, NOTICES))).rejects.toThrow('ENOENT')
  })
})
