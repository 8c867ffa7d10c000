/**
 * Tables of what this repository weighs: the packages' archives, and files and lines by folder.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PACKAGES } from './build/built-packages.ts'
import { packInto } from './pack.ts'

/** Prints both tables. They are for readers: nothing is refused. Needs a build. */
export function printSizes(): void {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-sizes-'))
  try {
    packInto(folder)
    printArchives('now', folder)
  } catch (error) {
    console.log(`\nThe packages could not be packed: ${error}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  printLines()
}

/** @param packs - The folder that contains the archives. */
export function printArchives(when: string, packs: string): void {
  console.log(`\n${row(`archives, ${when}`, 'files', 'kB')}`)
  for (const name of PACKAGES) {
    const archive = archiveOf(name, packs)
    if (archive === undefined) continue
    const files = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' }).trim().split('\n')
    console.log(row(name, String(files.length), (statSync(archive).size / 1e3).toFixed(0)))
  }
}

export function archiveOf(name: string, packs: string): string | undefined {
  return globSync(join(packs, `${name}-[0-9]*.tgz`))[0]
}

export function printLines(): void {
  console.log(`\n${row('in this repository', 'files', 'lines')}`)
  const parts = [
    ...[...PACKAGES, 'command-line'].flatMap((name) => [
      `packages/${name}/src`,
      `packages/${name}/test`,
    ]),
    ...['strict-s3/bench', 'strict-s3/docs'].map((folder) => `packages/${folder}`),
    ...['test', 'bench', 'tools', 'demo', 'examples', 'docs'],
  ]
  for (const part of parts) {
    const files = globSync(`${part}/**/*.{ts,tsx,js,vue,svelte,css,html,md}`, {
      exclude: (name) => /(?:^|[\\/])(?:node_modules|dist|cdk\.out)(?:[\\/]|$)/.test(name),
    })
    const lines = files.map((file) => readFileSync(file, 'utf8').split('\n').length - 1)
    console.log(row(part, String(files.length), String(lines.reduce((sum, each) => sum + each, 0))))
  }
}

export function row(name: string, first: string, second: string): string {
  return `${name.padEnd(34)}${first.padStart(10)}${second.padStart(10)}`
}
