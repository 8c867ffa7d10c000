/**
 * `node tools/publish.ts`: packs the packages, then publishes the archives, each after those that it
 * needs. The workflow calls it for a tag, with provenance. `--dry-run` shows what would be sent.
 *
 * An archive that has been published is passed over, so a run that failed halfway can be repeated.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sync } from 'cross-spawn'
import packageJson from '../package.json' with { type: 'json' }
import { PACKAGES } from './build/built-packages.ts'
import { npm } from './npm.ts'
import { packInto } from './pack.ts'

/**
 * Tells whether the registry has this archive.
 *
 * @throws {Error} When it has another one under the same name and version.
 */
function isPublished(name: string, archive: string): boolean {
  const args = ['view', `${name}@${packageJson.version}`, 'dist.integrity']
  const { stdout } = sync('npm', args, { encoding: 'utf8' })
  const hash = createHash('sha512').update(readFileSync(archive)).digest('base64')
  const published = stdout.trim()
  if (published !== '' && published !== `sha512-${hash}`) {
    throw new Error(
      `${name}@${packageJson.version} on the registry is another archive (${published}), expected sha512-${hash}`,
    )
  }
  return published !== ''
}

const isDryRun = process.argv.includes('--dry-run')
// With `--force` npm does not ask the registry whether this version is there already.
const dryRun = isDryRun ? ['--dry-run', '--force'] : []
const folder = mkdtempSync(join(tmpdir(), 'waybill-publish-'))
try {
  const archives = packInto(folder)
  for (const name of PACKAGES) {
    const archive = archives[name]
    if (!isDryRun && isPublished(name, archive)) {
      console.log(`${name}@${packageJson.version} is published already`)
    } else {
      console.log(npm(['publish', archive, '--access', 'public', ...dryRun]))
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
