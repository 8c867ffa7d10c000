/**
 * The Lambda code that this package ships. It was bundled when the package was built: `NodejsFunction` in a library
 * would ask each of its users for esbuild or Docker.
 *
 * @module
 */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Code } from 'aws-cdk-lib/aws-lambda'

/** @throws {Error} When the package was not built. */
export function prebuiltCode(name: 'signer' | 'arrival'): Code {
  // The same from `src/cdk` and from `dist/cdk`.
  const folder = fileURLToPath(new URL(`../../dist/lambda-assets/${name}`, import.meta.url))
  if (!existsSync(folder)) {
    throw new Error(`${folder} is missing: build the package (npm run build) before synthesising`)
  }
  return Code.fromAsset(folder)
}

/** What the entry files export, in the bundles' names. */
export const PREBUILT_HANDLER = 'index.handler'
