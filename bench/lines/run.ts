/**
 * Counts the lines of one and the same page: files by the dozen, the progress of each, errors,
 * cancel, and resume after a reload. Waybill's pages are examples in `docs/guide/react.md` and
 * `docs/guide/vue.md`, with the component and with markup of the page's own; those of the others are
 * in `apps/`, written for the same features as their documentation does it.
 *
 * A line counts when it holds more than white space and a comment. All are formatted by the
 * project's own formatter first; what a server needs is not counted.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type Section, table } from '../harness/results.ts'

interface Page {
  readonly name: string
  readonly lines: number
  /** What its reader gets; `resume` is after a reload. */
  readonly retry: string
  readonly resume: string
}

const APPS = new URL('apps/', import.meta.url)
const GUIDES = new URL('../../docs/guide/', import.meta.url)
const MOST = 30

/** Counts, and compares with what the shortest way in a framework is to need at most. */
export async function run(): Promise<Section> {
  const own = [
    page('waybill/react, its component', example('react.md', 'tsx', 'dropzone'), 'yes', 'yes'),
    page('waybill/vue, its component', example('vue.md', 'vue', 'dropzone'), 'yes', 'yes'),
  ]
  const ownMarkup = [
    page('waybill/react, own markup', example('react.md', 'tsx', 'react'), 'yes', 'yes'),
    page('waybill/vue, own markup', example('vue.md', 'vue', 'vue'), 'yes', 'yes'),
  ]
  const others = [
    page('Better Upload', app('better-upload.tsx'), 'no', 'no: begins anew'),
    page('UploadThing', app('uploadthing.tsx'), 'no', 'no: begins anew'),
    page('Uppy, its Dashboard', app('uppy-dashboard.tsx'), 'yes', 'yes (GoldenRetriever)'),
    page('Uppy, own markup', app('uppy-hooks.tsx'), 'yes', 'yes (GoldenRetriever)'),
  ]
  const rows = [...own, ...ownMarkup, ...others].map(({ name, lines, retry, resume }) => [
    name,
    String(lines),
    retry,
    resume,
  ])
  return {
    text: `
Lines of a page with many files, the progress of each, errors and cancel. The sources are in \`bench/lines/apps\`,
\`docs/guide/react.md\` and \`docs/guide/vue.md\`. Empty lines, comments and the server's code do not count.
Uppy has a button for trying again, and resumes files that it has stored in the browser; the Dashboard is Uppy's own interface.

${table([['page', 'lines', 'try again', 'resume after a reload'], ...rows])}`,
    goals: own.map(({ name, lines }) => ({
      goal: `${name} ≤ ${MOST} lines`,
      measured: String(lines),
      met: lines <= MOST,
    })),
  }
}

function page(name: string, source: string, retry: string, resume: string): Page {
  return { name, lines: countLines(source), retry, resume }
}

function app(file: string): string {
  return formatted(readFileSync(new URL(file, APPS), 'utf8'), file)
}

/** @returns The first block of a page of `docs/guide/` that imports the module. */
function example(file: string, language: 'tsx' | 'vue', module: string): string {
  const text = readFileSync(new URL(file, GUIDES), 'utf8')
  const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))
  const block = [...blocks].map(([, code]) => code).find((code) => code?.includes(`/${module}'`))
  if (!block) throw new Error(`${file} has no example of ${module}`)
  return formatted(block, `example.${language}`)
}

function formatted(source: string, file: string): string {
  const args = ['format', `--stdin-file-path=bench/lines/${file}`]
  return execFileSync('node_modules/.bin/biome', args, { input: source, encoding: 'utf8' })
}

/** Counts what the developer of a page has to write and read. */
function countLines(source: string): number {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
  return code.split('\n').filter((line) => /\S/.test(line)).length
}
