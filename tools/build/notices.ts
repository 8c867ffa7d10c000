/**
 * Licenses of the libraries whose code is in our bundles, as their authors ask: a copy of the code
 * comes with a copy of the license. The bundlers name the modules that they have written, so a
 * library that is new in a bundle, or gone from it, is new in the notices, or gone from them.
 *
 * @module
 */

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Metafile } from 'esbuild'
import type { OutputChunk } from 'rolldown'

const ROOT = resolve(import.meta.dirname, '../..')

/** The file, in a package and beside the code of each Lambda function. */
export const NOTICES = 'THIRD-PARTY-NOTICES.txt'

/** Licenses that ask for nothing more than their text. */
const ALLOWED: readonly unknown[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
]

/** The innermost package of a path. */
const LIBRARY = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/
const LICENSE_FILE = /^(?:licen[cs]e|copying)(?:\.(?:md|txt))?$/i
/** Apache-2.0 wants it reproduced where there is one. */
const NOTICE_FILE = /^notice(?:\.(?:md|txt))?$/i
const RULE = `\n${'-'.repeat(80)}\n`

/**
 * @param directory - In which esbuild ran: its names are relative to that.
 * @returns Paths of the modules that esbuild has put into its output.
 */
export function bundledByEsbuild({ outputs }: Metafile, directory: string): readonly string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs))
  return inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([name]) => resolve(directory, name))
}

/** @returns Paths of the modules that rolldown has put into chunks, without helpers of its own. */
export function bundledByRolldown(chunks: readonly OutputChunk[]): readonly string[] {
  return chunks
    .flatMap(({ modules }) => Object.entries(modules))
    .filter(([id, { renderedLength }]) => renderedLength > 0 && !id.startsWith('\0'))
    .map(([id]) => id)
}

/**
 * Writes the notices of one package; where nothing of others is bundled, there is no file.
 *
 * @param modules - Paths of all that is in the bundles of the package.
 */
export function writeNotices(folder: string, modules: readonly string[]): void {
  const file = join(folder, NOTICES)
  const notices = noticesOf(modules)
  if (notices === undefined) rmSync(file, { force: true })
  else writeFileSync(file, notices)
}

/**
 * @param modules - Paths of modules; ours are passed over.
 * @returns Name, version and license of each library; `undefined` when there is none.
 * @throws {Error} When a library has no license file, or a license that was not thought about.
 */
export function noticesOf(modules: readonly string[]): string | undefined {
  const folders = new Set(modules.flatMap((path) => LIBRARY.exec(path)?.[0] ?? []))
  const notices = [...folders].map(noticeOf).sort()
  if (notices.length === 0) return undefined
  return ['Code of these libraries is in this package.\n', ...new Set(notices)].join(RULE)
}

/** @returns The libraries that notices name, as `name@version`. */
export function librariesIn(notices: string): readonly string[] {
  return notices
    .split(RULE)
    .slice(1)
    .map((notice) => notice.slice(0, notice.indexOf(' ')))
}

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder).sort()
  const licenseFile = files.find((file) => LICENSE_FILE.test(file))
  if (!ALLOWED.includes(license)) {
    throw new Error(
      `${name}@${version} is in a bundle and its license is ${JSON.stringify(license)}, allowed are ${ALLOWED.join(', ')}: use another library, or add the license in tools/build/notices.ts`,
    )
  }
  if (licenseFile === undefined) {
    throw new Error(
      `${name}@${version} is in a bundle and ${relative(ROOT, folder)} has no license file: use another library, or another version`,
    )
  }
  const texts = [licenseFile, ...files.filter((file) => NOTICE_FILE.test(file))].map((file) =>
    readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim(),
  )
  return `${name}@${version} (${license})\n\n${texts.join('\n\n')}\n`
}
