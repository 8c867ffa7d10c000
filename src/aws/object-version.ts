/**
 * Names one object, or one version of it, in a call to S3.
 *
 * @module
 */

import type { S3Call } from './call-s3.ts'

export interface ObjectVersion {
  readonly key: string
  /** In a bucket with versioning; without it, the newest is meant. */
  readonly versionId?: string
}

/** @param query - Further query parameters. */
export function targetOf(
  { key, versionId }: ObjectVersion,
  query: Readonly<Record<string, string>> = {},
): Pick<S3Call, 'key' | 'query'> {
  return { key, query: versionId === undefined ? query : { ...query, versionId } }
}
