/**
 * The version of the AWS SDK. It is a development dependency of the project, not a peer of the
 * benchmarks.
 *
 * @module
 */

import { createRequire } from 'node:module'

/** Returns for example `AWS SDK v3.1175.0`. */
export function sdkVersion(): string {
  const { version } = createRequire(import.meta.url)('@aws-sdk/client-s3/package.json') as {
    version: string
  }
  return `AWS SDK v${version}`
}
