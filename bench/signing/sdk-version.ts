/**
 * The AWS SDK is a development dependency of the project itself, so its version stands elsewhere than the peers'.
 *
 * @module
 */

import { createRequire } from 'node:module'

/** @returns For example `AWS SDK v3.1175.0`. */
export function sdkVersion(): string {
  const { version } = createRequire(import.meta.url)('@aws-sdk/client-s3/package.json') as {
    version: string
  }
  return `AWS SDK v${version}`
}
