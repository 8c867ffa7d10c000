/**
 * The bucket of `waybill dev` and `waybill s3`. Both use the same name, credentials and files, so
 * each sees the objects of the other.
 *
 * @module
 */

import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { isPageOf } from '@waybill/command-line/open-host'
import type { Terminal } from '@waybill/command-line/terminal'
import { type LocalPages, originPatterns } from 'waybill/internal/local-origin'
import type { LocalCredentials } from '../auth/identity.ts'
import type { CorsRule } from '../cors/cors-rule.ts'
import type { BucketOptions, LocalS3Options } from '../start-local-s3.ts'

/** The name of the bucket. */
export const BUCKET = 'uploads'
const REGION = 'us-east-1'

/**
 * Public credentials. They are valid only for the local S3, and only for programs and pages of this
 * machine.
 */
export const LOCAL_CREDENTIALS: LocalCredentials = {
  accessKeyId: 'waybill-local',
  secretAccessKey: 'waybill-local-secret',
}

/**
 * Makes the secret key pair of the development signer. Requests signed with it are accepted from
 * any page. `LOCAL_CREDENTIALS` are public, so a foreign page could sign anything with them.
 *
 * @param secret - Secret of the server's directory, see `sealSecret`.
 */
export function signerCredentials(secret: string): LocalCredentials {
  const secretAccessKey = createHmac('sha256', secret).update('local S3').digest('base64url')
  return { accessKeyId: 'waybill-signer', secretAccessKey, pagesFrom: ['*'] }
}

/** What the local S3 of a command needs to know. */
export interface LocalBucketOptions extends LocalPages {
  /** Port of the local S3; 0 for any free port. */
  readonly s3Port: number
  /** Directory of the development server; objects are in its directory `s3`. */
  readonly home: string
  /** Gets a line about each request. */
  readonly terminal: Terminal
}

/**
 * Makes the options of the local S3.
 *
 * @param signer - A second key pair that may sign.
 * @param unlogged - The `User-Agent` of requests that are left out of the log.
 */
export function localS3Options(
  { s3Port, home, terminal, host, nullOrigin }: LocalBucketOptions,
  signer?: LocalCredentials,
  unlogged?: string,
) {
  const buckets: readonly BucketOptions[] = [
    { name: BUCKET, cors: uploadCors(originPatterns({ host, nullOrigin })) },
  ]
  return {
    port: s3Port,
    dir: join(home, 's3'),
    region: REGION,
    credentials: signer === undefined ? [LOCAL_CREDENTIALS] : [LOCAL_CREDENTIALS, signer],
    buckets,
    pagesFrom: isPageOf(host),
    ...(host === undefined ? {} : { host: host.listen, checkHost: true }),
    log: (line, entry) => {
      const isLogged =
        unlogged === undefined || !('status' in entry) || entry.userAgent !== unlogged
      if (isLogged) terminal.say(terminal.faint(line))
    },
  } satisfies LocalS3Options
}

/**
 * Makes the CORS rules with which pages of these origins can upload, download and read checksums.
 */
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

/** Prints how to reach the bucket: what an S3 client needs. */
export function sayBucket(terminal: Terminal, endpoint: string): void {
  const { accessKeyId, secretAccessKey } = LOCAL_CREDENTIALS
  terminal.say(`  S3       ${terminal.strong(endpoint)}`)
  terminal.say(`           bucket ${BUCKET}, region ${REGION}`)
  terminal.say(`           access key ${accessKeyId}, secret ${secretAccessKey}`)
}
