/**
 * What is published, as applications use it: by bundlers, without one, and where a server renders.
 *
 * Slow: bundles the package with several bundlers and opens each result.
 * `tools/check/package.ts` imports the packed package; `tools/check/bundles.ts` bundles the
 * element.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build as esbuild } from 'esbuild'
import { build as vite } from 'vite'
import { describe, expect, it } from 'vitest'
import { browserOnce, openForm, packedOnce, sendForm } from './packed.ts'

const run = promisify(execFile)
const packed = packedOnce()
const browser = browserOnce()

/** The smallest that docs/reference/element.md names, for the bucket of a test. */
async function documentedPolicy(): Promise<(s3: string) => string> {
  const page = await readFile('docs/reference/element.md', 'utf8')
  const [, policy = ''] = /```csp\n(.+)\n```/.exec(page) ?? []
  return (s3) => policy.replace('https://uploads.s3.eu-central-1.amazonaws.com', s3)
}

/** Bundles `entry.js` of a folder into `out/entry.js`. */
const BUNDLERS: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
  esbuild: (folder) =>
    esbuild({
      absWorkingDir: folder,
      entryPoints: { entry: 'entry.js' },
      outdir: 'out',
      bundle: true,
      splitting: true,
      format: 'esm',
      minify: true,
    }),
  vite: (folder) =>
    vite({
      root: folder,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: 'out',
        rolldownOptions: {
          input: join(folder, 'entry.js'),
          output: { entryFileNames: 'entry.js' },
        },
      },
    }),
}

const SMALL = randomBytes(1000)
const LARGE = randomBytes(6_000_000)

const FILES = [
  { name: 'small.bin', mimeType: 'application/octet-stream', buffer: SMALL },
  { name: 'large.bin', mimeType: 'application/octet-stream', buffer: LARGE },
]

const SUBMITTED = {
  fields: ['files', 'files'],
  files: FILES.map(({ name, buffer }) => ({
    name,
    path: name,
    metadata: {},
    size: buffer.length,
    sha256: createHash('sha256').update(buffer).digest('hex'),
  })),
}

async function expectWorking(page: Awaited<ReturnType<typeof openForm>>): Promise<void> {
  await page.page.locator('waybill-upload input[type=file]').setInputFiles(FILES)
  await page.page.locator('waybill-upload:state(done)').waitFor()
  expect(await sendForm(page.page)).toEqual(SUBMITTED)
  // Whether WebAssembly may be compiled is found out by trying.
  expect(page.complaints.filter((text) => text !== 'script-src wasm-eval')).toEqual([])
}

describe('the published element', () => {
  it.each(Object.keys(BUNDLERS))('is registered by its import alone after %s', async (name) => {
    const folder = packed()
    await writeFile(join(folder, 'entry.js'), "import 'waybill/element'\n")
    await BUNDLERS[name]?.(folder)
    const policy = await documentedPolicy()
    await expectWorking(await openForm(browser(), { folder, script: 'out/entry.js', policy }))
  })

  it('is one script for a page without a build', async () => {
    const folder = join(packed(), 'node_modules/waybill/dist')
    const policy = await documentedPolicy()
    await expectWorking(await openForm(browser(), { folder, script: 'element.js', policy }))
  })

  it('works where trusted types are required', async () => {
    const folder = join(packed(), 'node_modules/waybill/dist')
    const documented = await documentedPolicy()
    const types = "require-trusted-types-for 'script'; trusted-types lit-html"
    const policy = (s3: string) => `${documented(s3)}; ${types}`
    await expectWorking(await openForm(browser(), { folder, script: 'element.js', policy }))
  })

  it('does nothing where a server imports it', async () => {
    const code = `for (const name of ['waybill/element', 'waybill/element.js']) await import(name)
      console.log(typeof customElements, typeof HTMLElement)`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], {
      cwd: packed(),
    })
    expect(stdout.trim()).toBe('undefined undefined')
  })

  it('has types that need no other package', async () => {
    const folder = packed()
    const page = `import type { WaybillUploadElement } from 'waybill/element'
      import 'waybill/element'
      const element: WaybillUploadElement | null = document.querySelector('waybill-upload')
      element?.addEventListener('waybill-stored', (event) => {
        const receipt: string | undefined = event.detail.item.completed?.receipt
        // @ts-expect-error It is a text.
        const wrong: number = receipt
      })`
    await writeFile(join(folder, 'page.ts'), page)
    const flags = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--types', '']
    const options = [
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--lib',
      'es2024,dom,dom.iterable',
    ]
    const tsc = join(process.cwd(), 'node_modules/.bin/tsc')
    await run(tsc, [...flags, ...options, '--ignoreConfig', 'page.ts'], { cwd: folder })
  })
})

describe('a folder', () => {
  it('is chosen with all in it, but for what the system keeps there', async () => {
    const chosen = join(packed(), 'holiday')
    await mkdir(join(chosen, 'italy/rome'), { recursive: true })
    for (const name of ['.DS_Store', 'a.txt', 'italy/.DS_Store', 'italy/rome/b.txt']) {
      await writeFile(join(chosen, name), name)
    }
    const folder = join(packed(), 'node_modules/waybill/dist')
    const attributes = 'directory'
    const { page } = await openForm(browser(), { folder, script: 'element.js', attributes })
    const [picker] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Choose a folder' }).click(),
    ])
    await picker.setFiles(chosen)
    await page.locator('waybill-upload:state(done)').waitFor()
    expect(await sendForm(page)).toMatchObject({ files: [{ name: 'a.txt' }, { name: 'b.txt' }] })
  })
})

describe('a form that is brought back', () => {
  it('has its stored files again when the person comes back', async () => {
    const folder = join(packed(), 'node_modules/waybill/dist')
    const { page } = await openForm(browser(), { folder, script: 'element.js' })
    await page.locator('waybill-upload input[type=file]').setInputFiles(FILES.slice(0, 1))
    await page.locator('waybill-upload:state(done)').waitFor()
    await sendForm(page)
    await page.goBack()
    await page.locator('waybill-upload:state(done)').waitFor()
    expect(await sendForm(page)).toEqual({ fields: ['files'], files: SUBMITTED.files.slice(0, 1) })
  })
})
