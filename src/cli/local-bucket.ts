/**
 * The bucket that `waybill dev` and `waybill s3` both open: the same name, credentials and files, so that what one
 * stored the other has.
 *
 * @module
 */

import { join } from 'node:path'
import type { BucketOptions, CorsRule, LocalS3Options } from '../local-s3/index.ts'
import type { Credentials } from '../s3/index.ts'
import { LOCAL_ORIGIN_PATTERNS } from './local-origin.ts'
import type { Terminal } from './terminal.ts'

export const S3_PORT = 9000
export const BUCKET = 'uploads'
const REGION = 'us-east-1'

/** Printed and public: they open nothing but the local S3. */
export const LOCAL_CREDENTIALS: Credentials = {
  accessKeyId: 'waybill-local',
  secretAccessKey: 'waybill-local-secret',
}

export interface LocalBucketOptions {
  /** 0 for any free port. */
  readonly s3Port: number
  /** The development server's directory; objects are kept in its `s3`. */
  readonly home: string
  /** Gets a line about each request. */
  readonly terminal: Terminal
}

export function localS3Options({ s3Port, home, terminal }: LocalBucketOptions) {
  const buckets: readonly BucketOptions[] = [
    { name: BUCKET, cors: uploadCors(LOCAL_ORIGIN_PATTERNS) },
  ]
  return {
    port: s3Port,
    dir: join(home, 's3'),
    region: REGION,
    credentials: [LOCAL_CREDENTIALS],
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
