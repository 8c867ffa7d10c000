/**
 * The Lambda code in this package, bundled when the package was built. With `NodejsFunction`, every
 * user of the library would need esbuild or Docker.
 *
 * @module
 */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Code } from 'aws-cdk-lib/aws-lambda'

/**
 * Returns the prebuilt code of a function.
 *
 * @throws {Error} If the package was not built.
 */
export function prebuiltCode(name: 'signer' | 'arrival'): Code {
  // The path is the same from `src/cdk/function` and from `dist/cdk/function`.
  const folder = fileURLToPath(new URL(`../../../dist/lambda-assets/${name}`, import.meta.url))
  if (!existsSync(folder)) {
    throw new Error(`${folder} is missing: build the package (npm run build) before synthesis`)
  }
  return Code.fromAsset(folder)
}

/** The functions' handler: the bundle's file name and its export. */
export const PREBUILT_HANDLER = 'index.handler'
