/**
 * `node tools/publish.ts [folder]`: shows what publishing the archives in a folder would send. The
 * default folder is `packs/`, which `npm run pack` fills. With `--publish`, publishes them in
 * dependency order. The release workflow does this for a tag.
 *
 * It needs only Node and npm. It must not use installed dependencies, because it has access to the
 * publishing credentials. It does not run on Windows, where Node cannot start npm directly.
 *
 * Archives that have already been published are skipped, so a run that failed halfway can be
 * repeated.
 *
 * @module
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import packageJson from '../package.json' with { type: 'json' }
import { PACKAGES } from './build/built-packages.ts'

const ROOT = resolve(import.meta.dirname, '..')
/** `npm run --silent` would pass its log level on to these calls, and npm would print nothing. */
const LOUD = '--loglevel=notice'

interface Archive {
  /** `name@version`. */
  readonly spec: string
  readonly file: string
}

function archivesIn(folder: string): readonly Archive[] {
  return PACKAGES.map((name) => {
    const file = join(folder, `${name}-${packageJson.version}.tgz`)
    if (!existsSync(file)) throw new Error(`${file} is missing: run \`npm run pack\` first`)
    return { spec: `${name}@${packageJson.version}`, file }
  })
}

/** @throws {Error} If the working tree has uncommitted changes. */
function checkWorkTree(): void {
  const options = { cwd: ROOT, encoding: 'utf8' } as const
  const changes = execFileSync('git', ['status', '--porcelain'], options)
  if (changes !== '') {
    throw new Error(
      `the work tree has changes, commit or remove them before publishing:\n${changes}`,
    )
  }
}

/**
 * @throws {Error} If the registry has a different archive with the same name and version, or cannot
 *   be reached.
 */
function isPublished({ spec, file }: Archive): boolean {
  const published = integrityOnRegistry(spec)
  if (published === undefined) return false
  const hash = createHash('sha512').update(readFileSync(file)).digest('base64')
  if (published !== `sha512-${hash}`) {
    throw new Error(
      `${spec} on the registry is another archive (${published}), expected sha512-${hash}`,
    )
  }
  return true
}

/** @returns `undefined` if the registry does not have this version. */
function integrityOnRegistry(spec: string): string | undefined {
  const args = ['view', spec, 'dist.integrity', '--json', LOUD]
  const { error, stdout, stderr } = spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8' })
  if (error) throw error
  const answer = parseJson(stdout)
  if (typeof answer === 'string') return answer
  if (answer?.error?.code === 'E404') return undefined
  throw new Error(
    `the registry did not say whether it has ${spec}, nothing was published:\n${stderr}`,
  )
}

/** @returns npm's parsed output, or `null` if it is not JSON because npm itself failed. */
function parseJson(text: string): string | { readonly error?: { readonly code?: string } } | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function publish({ file }: Archive, options: readonly string[]): void {
  const args = ['publish', file, '--access', 'public', '--ignore-scripts', LOUD, ...options]
  const { error, status } = spawnSync('npm', args, { cwd: ROOT, stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) throw new Error(`npm publish ${file} ended with ${status}`)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { publish: { type: 'boolean', default: false } },
})
const archives = archivesIn(resolve(positionals[0] ?? join(ROOT, 'packs')))
if (values.publish) {
  checkWorkTree()
  // Check all archives first, so that none is published if one of them cannot be.
  const published = archives.filter(isPublished)
  for (const { spec } of published) console.log(`${spec} is published already`)
  for (const archive of archives) if (!published.includes(archive)) publish(archive, [])
} else {
  // With `--force`, npm does not check whether the registry already has this version.
  for (const archive of archives) publish(archive, ['--dry-run', '--force'])
  console.log('This was a dry run: --publish publishes.')
}
