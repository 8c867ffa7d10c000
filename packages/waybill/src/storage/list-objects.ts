/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 * @module
 */

import { childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { callS3, hasRoot } from './call-s3.ts'
import type { S3CallContext } from './s3-call-context.ts'

export interface ListedObject {
  readonly key: string
  /** In bytes. */
  readonly size: number
  /** In ISO 8601. */
  readonly lastModified: string
  /** Without quotes. */
  readonly etag: string
}

export async function listObjects(context: S3CallContext): Promise<ListedObject[]> {
  const all: ListedObject[] = []
  for await (const page of listPages(context, '')) all.push(...page)
  return all
}

/** Yields up to a thousand objects at a time, in key order. */
export async function* listPages(
  context: S3CallContext,
  prefix: string,
): AsyncGenerator<readonly ListedObject[]> {
  let token: string | undefined
  do {
    const query = {
      'list-type': '2',
      ...(prefix === '' ? {} : { prefix }),
      ...(token ? { 'continuation-token': token } : {}),
    }
    const isResponse = hasRoot('ListBucketResult')
    const { document } = await callS3(context, { method: 'GET', query, isResponse })
    yield childrenOf(document, 'Contents').map(readContents)
    token = textOf(document, 'NextContinuationToken')
  } while (token)
}

function readContents(contents: XmlElement): ListedObject {
  return {
    key: textOf(contents, 'Key') ?? '',
    size: Number(textOf(contents, 'Size')),
    lastModified: textOf(contents, 'LastModified') ?? '',
    etag: (textOf(contents, 'ETag') ?? '').replaceAll('"', ''),
  }
}
