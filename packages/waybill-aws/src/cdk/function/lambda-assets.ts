/**
 * Provides the Lambda code that was bundled when this package was built. With CDK's
 * `NodejsFunction`, every user would need esbuild or Docker.
 *
 * @module
 */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Code } from 'aws-cdk-lib/aws-lambda'

/** @throws {Error} If the package was not built. */
export function prebuiltCode(name: 'signer' | 'arrival'): Code {
  // The path is the same from `src/cdk/function` and from `dist/cdk/function`.
  const folder = fileURLToPath(new URL(`../../../dist/lambda-assets/${name}`, import.meta.url))
  if (!existsSync(folder)) {
    throw new Error(`${folder} is missing: build the package (npm run build) before synthesis`)
  }
  return Code.fromAsset(folder)
}

export const PREBUILT_HANDLER = 'index.handler'
