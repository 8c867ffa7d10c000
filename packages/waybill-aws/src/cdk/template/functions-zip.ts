/**
 * Packs both functions into one zip file, each in its own folder. The build bundles the zip library
 * into this file, so users of the package do not need to install it.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Zippable, zipSync } from 'fflate'

export interface FunctionsZip {
  /** Includes a hash of the content: `waybill-0123456789abcdef.zip`. */
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * Files are readable by every user on Unix. With a fixed date, the same code always produces the
 * same zip.
 */
const ENTRY = { os: 3, attrs: 0o100644 << 16, mtime: new Date(1980, 0, 1), level: 9 } as const

/** @throws {Error} If the package was not built. */
export function functionsZip(): FunctionsZip {
  // The path is the same from `src/cdk/template` and from `dist/cdk/template`.
  const folder = fileURLToPath(new URL('../../../dist/lambda-assets', import.meta.url))
  if (!existsSync(folder)) {
    throw new Error(`${folder} is missing: build the package (npm run build) before this`)
  }
  const files: Zippable = {}
  for (const name of ['signer', 'arrival']) {
    const all = readdirSync(join(folder, name)).sort()
    // Include the code, and the licenses of the libraries bundled in it.
    for (const file of all.filter((each) => /\.(?:mjs|txt)$/.test(each))) {
      files[`${name}/${file}`] = [readFileSync(join(folder, name, file)), ENTRY]
    }
  }
  const bytes = zipSync(files)
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  return { name: `waybill-${hash}.zip`, bytes }
}
