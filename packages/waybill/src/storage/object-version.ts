import { S3Error } from 'waybill-s3'
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

/** Whether S3 said that the object was replaced or deleted. Another server's page has no code. */
export function meansReplaced(error: unknown): error is S3Error {
  return error instanceof S3Error && error.code !== '' && [404, 412].includes(error.status)
}
