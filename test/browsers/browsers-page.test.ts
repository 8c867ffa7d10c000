import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url)

function read(path: string): Promise<string> {
  return readFile(new URL(path, ROOT), 'utf8')
}

/** The cells of all rows of the tables in `markdown`. */
function rowsOf(markdown: string): readonly (readonly string[])[] {
  const lines = markdown.split('\n').filter((line) => line.startsWith('|'))
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** The client as a page loads it, with all of its chunks. */
async function bundledClient(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('packages/waybill/src/client/index.ts', ROOT))],
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'browser', write: false },
    external: ['node:*'],
    outdir: '/',
    conditions: ['@waybill/source'],
  })
  return outputFiles.map(({ text }) => text).join('\n')
}

describe('docs/project/browsers.md', () => {
  it('lists the tested scenarios', async () => {
    const tests = await read('test/browsers/element-page.test.ts')
    const names = [...tests.matchAll(/^ {2}it\('([^']+)'/gm)].map(([, name]) => name)
    const rows = rowsOf(await read('docs/project/browsers.md'))
    expect(rows.map(([name]) => name)).toEqual(expect.arrayContaining(names))
    expect(names.length).toBeGreaterThan(4)
  })

  it("lists the same oldest versions as README, derived from the client's features", async () => {
    const rows = rowsOf(await read('docs/project/browsers.md'))
    const used = rows.filter(([feature = '']) => /^`[A-Z]\w+\.\w+`$/.test(feature))
    const client = await bundledClient()
    for (const [feature = ''] of used) expect(client).toContain(feature.replaceAll('`', ''))
    const newest = [1, 2, 3].map((column) => Math.max(...used.map((row) => Number(row[column]))))
    expect(
      rows
        .find(([name]) => name === 'all of them')
        ?.slice(1)
        .map(Number),
    ).toEqual(newest)
    const [chrome, firefox, safari] = newest
    const said = `Chrome ${chrome}, Firefox ${firefox}, Safari ${safari}`
    expect(await read('README.md')).toContain(said)
  })
})
