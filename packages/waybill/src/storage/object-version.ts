import type { S3Call } from './call-s3.ts'

export interface ObjectVersion {
  readonly key: string
  /**
   * Requires a bucket with versioning.
   * @default - the newest version
   */
  readonly versionId?: string
}

export function targetOf(
  { key, versionId }: ObjectVersion,
  query: Readonly<Record<string, string>> = {},
): Pick<S3Call, 'key' | 'query'> {
  return { key, query: versionId === undefined ? query : { ...query, versionId } }
}
