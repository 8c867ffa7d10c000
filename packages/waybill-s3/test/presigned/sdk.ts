/**
 * The AWS SDK v3, brought to the same place and time as ours, as the second opinion on every signature.
 *
 * @module
 */

import { S3Client } from '@aws-sdk/client-s3'
import { escapeUri, HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import type { BucketLocation, Credentials, SignRequestOptions } from 'waybill-s3'
import { bucketUrl } from '../../src/bucket-url.ts'

/** @returns A client that reaches the same bucket in the same way, and adds no checksum that nobody asked for. */
export function sdkClient(location: BucketLocation, credentials: Credentials): S3Client {
  const { endpoint, region, addressing } = location
  return new S3Client({
    region,
    credentials,
    ...(endpoint === undefined ? {} : { endpoint }),
    forcePathStyle: addressing === 'path',
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
}

/** @returns The SDK's own SigV4, set up as its S3 client does. */
export function sdkSigner(location: BucketLocation, credentials: Credentials): SignatureV4 {
  return new SignatureV4({
    service: 's3',
    region: location.region,
    credentials,
    sha256: new S3Client({ region: location.region }).config.sha256,
    uriEscapePath: false,
  })
}

/** @returns The same request as the SDK knows it, not yet signed. */
export function sdkRequest({ method, key, query, headers, ...location }: SignRequestOptions) {
  const { origin, host, basePath } = bucketUrl(location)
  const path = key === undefined ? basePath || '/' : `${basePath}/${escapePath(key)}`
  return new HttpRequest({
    method,
    protocol: new URL(origin).protocol,
    hostname: new URL(origin).hostname,
    path,
    query: { ...query },
    headers: { ...headers, host },
  })
}

function escapePath(key: string): string {
  return key.split('/').map(escapeUri).join('/')
}
