/**
 * Both functions in one zip, each in its own folder. The build bundles the zip library into this
 * file, so users of the package need not install it.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Zippable, zipSync } from 'fflate'

/** A zip and its name. */
export interface FunctionsZip {
  /** Includes a hash of the content: `waybill-0123456789abcdef.zip`. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** Unix files readable by every user, all with the same date: the same code gives the same zip. */
const ENTRY = { os: 3, attrs: 0o100644 << 16, mtime: new Date(1980, 0, 1), level: 9 } as const

/**
 * Creates the zip of the functions in this package.
 *
 * @throws {Error} If the package was not built.
 */
export function functionsZip(): FunctionsZip {
  // The same path from `src/cdk/template` and from `dist/cdk/template`.
  const folder = fileURLToPath(new URL('../../../dist/lambda-assets', import.meta.url))
  if (!existsSync(folder)) {
    throw new Error(`${folder} is missing: build the package (npm run build) before this`)
  }
  const files: Zippable = {}
  for (const name of ['signer', 'arrival']) {
    const all = readdirSync(join(folder, name)).sort()
    // Code, and the licenses of the libraries in it.
    for (const file of all.filter((each) => /\.(?:mjs|txt)$/.test(each))) {
      files[`${name}/${file}`] = [readFileSync(join(folder, name, file)), ENTRY]
    }
  }
  const bytes = zipSync(files)
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  return { name: `waybill-${hash}.zip`, bytes }
}
