/**
 * The bucket of `waybill dev` and `strict-s3`. Both use the same name, credentials and files, so
 * each sees the objects of the other.
 *
 * @module
 */

import { join } from 'node:path'
import { isPageOf, type OpenHost } from '@waybill/command-line/open-host'
import type { Terminal } from '@waybill/command-line/terminal'
import type { LocalCredentials } from '../auth/identity.ts'
import type { CorsRule } from '../cors/cors-rule.ts'
import type { BucketOptions, StrictS3Options } from '../start-strict-s3.ts'

/** The name of the bucket. */
export const BUCKET = 'uploads'
/** Its region. */
export const REGION = 'us-east-1'

/**
 * Public credentials. They are valid only for the local S3, and only for programs and pages of this
 * machine.
 */
export const LOCAL_CREDENTIALS: LocalCredentials = {
  accessKeyId: 'waybill-local',
  secretAccessKey: 'waybill-local-secret',
}

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]']

/** Which pages may use the bucket. */
export interface LocalPages {
  /** Where the servers listen. @default only this machine */
  readonly host?: OpenHost | undefined
  /**
   * Whether pages with the origin `null` count: those opened from disk (`file://`), but also the
   * sandboxed frames of any site.
   * @default false
   */
  readonly nullOrigin?: boolean | undefined
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
  } satisfies StrictS3Options
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

/**
 * Lists the origins of pages on this machine, as patterns for a bucket's CORS configuration: `*`
 * stands for any port. A pattern may have only one `*`, so names below `localhost` match only
 * without a port.
 */
export function originPatterns({ host, nullOrigin = false }: LocalPages): readonly string[] {
  const names = [...LOCAL_NAMES, ...(host?.names ?? [])]
  return [
    ...['http', 'https'].flatMap((scheme) => [
      ...names.flatMap((name) => [`${scheme}://${name}`, `${scheme}://${name}:*`]),
      `${scheme}://*.localhost`,
    ]),
    ...(nullOrigin ? ['null'] : []),
  ]
}
