/**
 * A page of one of the frameworks in a driven browser, over a real signer and S3, with a line between
 * them that can be held.
 *
 * @module
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SubmittedFile, startApplication } from '@waybill/test-support/element-application'
import { build } from 'esbuild'
import { inject, onTestFinished, type TestContext } from 'vitest'
import type { DrivenBrowser } from '../browsers/driven-browser.ts'
import type { Engine } from '../browsers/engines.ts'
import { type Line, startLine } from '../browsers/line.ts'
import type {} from './global-setup.ts'

export const FRAMEWORKS = ['React 19', 'React 18', 'Vue'] as const
export type Framework = (typeof FRAMEWORKS)[number]

const PAGES = join(import.meta.dirname, 'pages')
/** The page around the scripts. */
export const HTML =
  '<!doctype html><meta charset="utf-8"><title>test</title><body><script type="module" src="/page.js"></script>'

export interface HooksPage {
  readonly browser: DrivenBrowser
  readonly line: Line
  readonly url: string
  /** Writes a file that can be chosen. @returns Its path. */
  write(name: string, file: Blob): Promise<string>
  /** What the page shows of all its uploads, or of those that have gone on. */
  states(form?: 'uploads' | 'unfinished'): Promise<unknown>
  click(selector: string): Promise<unknown>
  count(selector: string): Promise<unknown>
  /** Submits a form of the page. @returns What the server has got by its receipts. */
  submit(form: 'uploads' | 'unfinished'): Promise<readonly SubmittedFile[]>
}

/** Skips the test, with the reason, where the machine lacks the engine or the framework. */
export async function openHooksPage(
  { launch, lacks }: Engine,
  framework: Framework,
  context: TestContext,
): Promise<HooksPage> {
  context.skip(lacks !== undefined && !process.env.CI, lacks)
  context.skip(framework === 'React 18' && inject('frameworks') === '', 'React 18 is missing')
  const scripts = await bundle(framework)
  const application = await startApplication((request, response) => {
    const script = scripts.get(request.url ?? '')
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(script ?? HTML)
  })
  onTestFinished(() => application.close())
  const line = await startLine(application.s3Url)
  onTestFinished(() => line.close())
  const browser = await launch({ proxy: line.address })
  onTestFinished(() => browser.close())
  const folder = await mkdtemp(join(tmpdir(), 'waybill-hooks-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await browser.open(application.url)
  return {
    ...{ browser, line, url: application.url },
    write: async (name, file) => {
      await writeFile(join(folder, name), file.stream())
      return join(folder, name)
    },
    states: (form = 'uploads') =>
      browser.evaluate(
        `[...document.querySelectorAll('#${form} output')].map((one) => one.textContent)`,
      ),
    click: (selector) => browser.evaluate(`document.querySelector('${selector}').click()`),
    count: (selector) =>
      browser.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`),
    submit: async (form) => {
      const body = `new FormData(document.getElementById('${form}'))`
      const sent = await browser.evaluate(
        `fetch('/submit', { method: 'POST', body: ${body} }).then((answer) => answer.json())`,
      )
      // It is what our own application has written.
      return (sent as { files: readonly SubmittedFile[] }).files
    },
  }
}

/** Bundles the page of a framework. @returns Its scripts by path; `/page.js` is the first. */
export async function bundle(framework: Framework): Promise<ReadonlyMap<string, Uint8Array>> {
  const frameworks = inject('frameworks')
  const page = framework === 'Vue' ? 'vue-page.ts' : 'react-page.ts'
  const alias = { react: join(frameworks, 'react'), 'react-dom': join(frameworks, 'react-dom') }
  const { outputFiles } = await build({
    entryPoints: { page: join(PAGES, page) },
    bundle: true,
    splitting: true,
    format: 'esm',
    conditions: ['@waybill/source'],
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    ...(framework === 'React 18' ? { alias } : {}),
    outdir: '/',
    write: false,
  })
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]))
}
