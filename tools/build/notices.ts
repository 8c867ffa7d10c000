/**
 * Collects the licenses of the libraries in our bundles, because every copy of their code must
 * include them. The bundlers list the modules in their output, so the notices always match the
 * bundles.
 *
 * @module
 */

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Metafile } from 'esbuild'
import type { OutputChunk } from 'rolldown'

const ROOT = resolve(import.meta.dirname, '../..')

/** The notices file in each package and next to each Lambda function's code. */
export const NOTICES = 'THIRD-PARTY-NOTICES.txt'

/** Licenses that require only that their text is included. */
const ALLOWED: readonly unknown[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
]

/** Matches a path up to its innermost package. */
const LIBRARY = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/
const LICENSE_FILE = /^(?:licen[cs]e|copying)(?:\.(?:md|txt))?$/i
/** If a library has this file, Apache-2.0 requires its text too. */
const NOTICE_FILE = /^notice(?:\.(?:md|txt))?$/i
const RULE = `\n${'-'.repeat(80)}\n`

/**
 * @param directory - The directory in which esbuild ran. The file names are relative to it.
 * @returns The paths of the modules in esbuild's output.
 */
export function bundledByEsbuild({ outputs }: Metafile, directory: string): readonly string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs))
  return inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([name]) => resolve(directory, name))
}

/** @returns The paths of the modules in rolldown's chunks, without rolldown's own helpers. */
export function bundledByRolldown(chunks: readonly OutputChunk[]): readonly string[] {
  return chunks
    .flatMap(({ modules }) => Object.entries(modules))
    .filter(([id, { renderedLength }]) => renderedLength > 0 && !id.startsWith('\0'))
    .map(([id]) => id)
}

/** Removes the file if the package's bundles contain no libraries. */
export function writeNotices(folder: string, modules: readonly string[]): void {
  const file = join(folder, NOTICES)
  const notices = noticesOf(modules)
  if (notices === undefined) rmSync(file, { force: true })
  else writeFileSync(file, notices)
}

/**
 * @param modules - The paths of modules. Our own are ignored.
 * @returns The name, version and license of each library, or `undefined` if there are none.
 * @throws {Error} If a library has no license file, or its license is not in `ALLOWED`.
 */
export function noticesOf(modules: readonly string[]): string | undefined {
  const folders = new Set(modules.flatMap((path) => LIBRARY.exec(path)?.[0] ?? []))
  const notices = [...folders].map(noticeOf).sort()
  if (notices.length === 0) return undefined
  return ['Code of these libraries is in this package.\n', ...new Set(notices)].join(RULE)
}

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
      `${name}@${version} is in a bundle and its license is ${JSON.stringify(license)}, expected one of ${ALLOWED.join(', ')}: use another library, or add the license in tools/build/notices.ts`,
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
