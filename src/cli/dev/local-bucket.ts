/**
 * The bucket that `waybill dev` and `waybill s3` both open: the same name, credentials and files, so that what one
 * stored the other has.
 *
 * @module
 */

import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import type {
  BucketOptions,
  CorsRule,
  LocalCredentials,
  LocalS3Options,
} from '../../local-s3/index.ts'
import type { Terminal } from '../terminal.ts'
import { LOCAL_ORIGIN_PATTERNS } from './local-origin.ts'

export const S3_PORT = 9000
export const BUCKET = 'uploads'
const REGION = 'us-east-1'

/** Printed and public: they open nothing but the local S3, and that to pages of this machine alone. */
export const LOCAL_CREDENTIALS: LocalCredentials = {
  accessKeyId: 'waybill-local',
  secretAccessKey: 'waybill-local-secret',
}

/**
 * The key pair that the development signer signs with. It is nobody else's: what it has signed may come from any page,
 * while with the one above, which all the world knows, a foreign page could sign whatever it likes.
 *
 * @param secret - The home's, see `sealSecret`.
 */
export function signerCredentials(secret: string): LocalCredentials {
  const secretAccessKey = createHmac('sha256', secret).update('local S3').digest('base64url')
  return { accessKeyId: 'waybill-signer', secretAccessKey, pagesFrom: ['*'] }
}

export interface LocalBucketOptions {
  /** 0 for any free port. */
  readonly s3Port: number
  /** The development server's directory; objects are kept in its `s3`. */
  readonly home: string
  /** Gets a line about each request. */
  readonly terminal: Terminal
}

/** @param signer - Who may sign besides. */
export function localS3Options(
  { s3Port, home, terminal }: LocalBucketOptions,
  signer?: LocalCredentials,
) {
  const buckets: readonly BucketOptions[] = [
    { name: BUCKET, cors: uploadCors(LOCAL_ORIGIN_PATTERNS) },
  ]
  return {
    port: s3Port,
    dir: join(home, 's3'),
    region: REGION,
    credentials: signer === undefined ? [LOCAL_CREDENTIALS] : [LOCAL_CREDENTIALS, signer],
    buckets,
    log: (line) => terminal.say(terminal.faint(line)),
  } satisfies LocalS3Options
}

/** What pages of these origins need to upload, to download and to see the checksums. */
export function uploadCors(allowedOrigins: readonly string[]): readonly CorsRule[] {
  return [
    {
      allowedOrigins,
      allowedMethods: ['GET', 'HEAD', 'PUT', 'POST'],
      allowedHeaders: ['*'],
      exposeHeaders: ['ETag', 'x-amz-checksum-crc64nvme', 'x-amz-checksum-sha256'],
    },
  ]
}

/** Says how the bucket is reached; AWS's own tools need exactly these. */
export function sayBucket(terminal: Terminal, port: number): void {
  const { accessKeyId, secretAccessKey } = LOCAL_CREDENTIALS
  terminal.say(`  S3       ${terminal.strong(`http://localhost:${port}`)}`)
  terminal.say(`           bucket ${BUCKET}, region ${REGION}`)
  terminal.say(`           access key ${accessKeyId}, secret ${secretAccessKey}`)
}
