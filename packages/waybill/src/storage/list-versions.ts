/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 * @module
 */

import { textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { callS3, hasRoot } from './call-s3.ts'
import type { S3CallContext } from './s3-call-context.ts'

export interface ListedVersion {
  readonly key: string
  readonly versionId: string
  readonly isDeleteMarker: boolean
}

/**
 * Lists an object's versions and delete markers, newest first. In a bucket without versioning, an
 * object has one version, with the id `null`.
 */
export async function listVersions(context: S3CallContext, key: string): Promise<ListedVersion[]> {
  const all: ListedVersion[] = []
  let from: Record<string, string> | undefined = {}
  while (from) {
    // S3 cannot list a single key. Longer keys with the same prefix follow it in the list.
    const query = { versions: '', prefix: key, ...from }
    const isResponse = hasRoot('ListVersionsResult')
    const { document } = await callS3(context, { method: 'GET', query, isResponse })
    const listed = (document.children ?? []).flatMap(readVersion)
    const own = listed.filter((version) => version.key === key)
    all.push(...own)
    from = own.length === listed.length ? nextPage(document) : undefined
  }
  return all
}

function readVersion(element: XmlElement): ListedVersion[] {
  const isDeleteMarker = element.name === 'DeleteMarker'
  if (!isDeleteMarker && element.name !== 'Version') return []
  const key = textOf(element, 'Key') ?? ''
  return [{ key, versionId: textOf(element, 'VersionId') ?? 'null', isDeleteMarker }]
}

function nextPage(document: XmlElement): Record<string, string> | undefined {
  if (textOf(document, 'IsTruncated') !== 'true') return undefined
  const keyMarker = textOf(document, 'NextKeyMarker')
  const versionMarker = textOf(document, 'NextVersionIdMarker')
  if (keyMarker === undefined || versionMarker === undefined) return undefined
  return { 'key-marker': keyMarker, 'version-id-marker': versionMarker }
}
