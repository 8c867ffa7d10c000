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
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { sharedChromium } from '@waybill/test-support/chromium'
import { type Application, startApplication } from '@waybill/test-support/element-application'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { build as esbuild } from 'esbuild'
import type { Browser, Page } from 'playwright'
import { build as vite } from 'vite'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { installBuilt } from '../../../../tools/build/built-packages.ts'

const run = promisify(execFile)

/** The folder of an application that has installed the package. */
let packed: string
let browser: Browser
beforeAll(async () => {
  browser = await sharedChromium()
  packed = temporaryFolder('waybill-element-')
  await installBuilt(join(packed, 'node_modules'), 'waybill')
  return () => rm(packed, { recursive: true, force: true })
})

interface FormPage {
  readonly application: Application
  readonly page: Page
  /** What the page complained of: errors, and what its security policy refused. */
  readonly complaints: readonly string[]
}

interface FormPageOptions {
  /** The page's files are served from here. */
  readonly folder: string
  /** Path of the script in it. */
  readonly script: string
  /** More attributes of the element. */
  readonly attributes?: string
  /** @param s3 - Where files go to. */
  readonly policy?: (s3: string) => string
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.html': 'text/html',
}

/** Opens a page that has the element in a form and no script but the one that is given. */
async function openForm(
  browser: Browser,
  { folder, script, attributes = '', policy }: FormPageOptions,
): Promise<FormPage> {
  const html = `<!doctype html><meta charset="utf-8"><title>form</title>
    <script type="module" src="/${script}"></script>
    <form action="/submit" method="post">
      <label for="papers">Your papers</label>
      <waybill-upload id="papers" endpoint="/api/uploads" rule="any" name="files" multiple required ${attributes}>
      </waybill-upload>
      <button id="send">Send</button>
    </form>`
  const application = await startApplication((request, response) => {
    const path = (request.url ?? '/').replace(/\?.*/, '')
    if (policy) response.setHeader('content-security-policy', policy(application.s3Url))
    response.setHeader('content-type', TYPES[extname(path)] ?? 'text/html')
    if (path === '/') response.end(html)
    else void sendFile(join(folder, path), response)
  })
  onTestFinished(() => application.close())
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.exposeFunction('refused', (refusal: string) => complaints.push(refusal))
  await page.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    refused(event.effectiveDirective + ' ' + event.blockedURI))`)
  await page.goto(application.url)
  return { application, page, complaints }
}

async function sendFile(file: string, response: ServerResponse): Promise<void> {
  const bytes = await readFile(file).catch(() => undefined)
  if (!bytes) response.statusCode = 404
  response.end(bytes)
}

/** Sends the page's form by its button. @returns What the application has got. */
async function sendForm(page: Page): Promise<unknown> {
  const [response] = await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith('/submit')),
    page.locator('#send').click(),
  ])
  return response.json()
}

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

async function expectWorking({ page, complaints }: FormPage): Promise<void> {
  await page.locator('waybill-upload input[type=file]').setInputFiles(FILES)
  await page.locator('waybill-upload:state(done)').waitFor()
  expect(await sendForm(page)).toEqual(SUBMITTED)
  // Whether WebAssembly may be compiled is found out by trying.
  expect(complaints.filter((text) => text !== 'script-src wasm-eval')).toEqual([])
}

describe('the published element', () => {
  it.each(Object.keys(BUNDLERS))('is registered just by its import after %s', async (name) => {
    const folder = packed
    await writeFile(join(folder, 'entry.js'), "import 'waybill/element'\n")
    await BUNDLERS[name]?.(folder)
    const policy = await documentedPolicy()
    await expectWorking(await openForm(browser, { folder, script: 'out/entry.js', policy }))
  })

  it('is a single script for a page without a build', async () => {
    const folder = join(packed, 'node_modules/waybill/dist')
    const policy = await documentedPolicy()
    await expectWorking(await openForm(browser, { folder, script: 'element.js', policy }))
  })

  it('works where Trusted Types are required', async () => {
    const folder = join(packed, 'node_modules/waybill/dist')
    const documented = await documentedPolicy()
    const types = "require-trusted-types-for 'script'; trusted-types lit-html"
    const policy = (s3: string) => `${documented(s3)}; ${types}`
    await expectWorking(await openForm(browser, { folder, script: 'element.js', policy }))
  })

  it('does nothing when a server imports it', async () => {
    const code = `for (const name of ['waybill/element', 'waybill/element.js']) await import(name)
      console.log(typeof customElements, typeof HTMLElement)`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], {
      cwd: packed,
    })
    expect(stdout.trim()).toBe('undefined undefined')
  })

  it('has types that need no other package', async () => {
    const folder = packed
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

describe('a chosen folder', () => {
  it('includes all its files, except system files', async () => {
    const chosen = join(packed, 'holiday')
    await mkdir(join(chosen, 'italy/rome'), { recursive: true })
    for (const name of ['.DS_Store', 'a.txt', 'italy/.DS_Store', 'italy/rome/b.txt']) {
      await writeFile(join(chosen, name), name)
    }
    const folder = join(packed, 'node_modules/waybill/dist')
    const attributes = 'directory'
    const { page } = await openForm(browser, { folder, script: 'element.js', attributes })
    const [picker] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Choose a folder' }).click(),
    ])
    await picker.setFiles(chosen)
    await page.locator('waybill-upload:state(done)').waitFor()
    expect(await sendForm(page)).toMatchObject({ files: [{ name: 'a.txt' }, { name: 'b.txt' }] })
  })
})

describe('a restored form', () => {
  it('has its stored files again when the person returns', async () => {
    const folder = join(packed, 'node_modules/waybill/dist')
    const { page } = await openForm(browser, { folder, script: 'element.js' })
    await page.locator('waybill-upload input[type=file]').setInputFiles(FILES.slice(0, 1))
    await page.locator('waybill-upload:state(done)').waitFor()
    await sendForm(page)
    await page.goBack()
    await page.locator('waybill-upload:state(done)').waitFor()
    expect(await sendForm(page)).toEqual({ fields: ['files'], files: SUBMITTED.files.slice(0, 1) })
  })
})
