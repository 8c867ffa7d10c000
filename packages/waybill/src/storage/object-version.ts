/**
 * Identifies one object, or one version of it, in a call to S3.
 *
 * @module
 */

import type { S3Call } from './call-s3.ts'

/** An object, or one version of it. */
export interface ObjectVersion {
  readonly key: string
  /**
   * In a bucket with versioning.
   * @default the newest version
   */
  readonly versionId?: string
}

/**
 * Returns key and query of a call about an object.
 *
 * @param query - Additional query parameters.
 */
export function targetOf(
  { key, versionId }: ObjectVersion,
  query: Readonly<Record<string, string>> = {},
): Pick<S3Call, 'key' | 'query'> {
  return { key, query: versionId === undefined ? query : { ...query, versionId } }
}
