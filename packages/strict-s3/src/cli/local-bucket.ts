/**
 * The local bucket of `waybill dev` and `strict-s3`. Both commands use the same name, credentials
 * and directory, so each sees the other's objects.
 *
 * @module
 */

import { join } from 'node:path'
import { isPageOf, type OpenHost } from '@waybill/command-line/open-host'
import type { Terminal } from '@waybill/command-line/terminal'
import type { LocalCredentials } from '../auth/identity.ts'
import type { CorsRule } from '../cors/cors-rule.ts'
import { logLine, type RequestEntry } from '../http/log.ts'
import type { BucketOptions, StrictS3Options } from '../start-strict-s3.ts'

export const BUCKET = 'uploads'
export const REGION = 'us-east-1'

/**
 * These credentials are not secret. They only work with strict-s3, and only from programs and pages
 * on this machine.
 */
export const LOCAL_CREDENTIALS: LocalCredentials = {
  accessKeyId: 'waybill-local',
  secretAccessKey: 'waybill-local-secret',
}

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]']

/** The pages that may use the bucket. */
export interface LocalPages {
  /**
   * Where the servers listen.
   *
   * @default this machine only
   */
  readonly host?: OpenHost | undefined
  /**
   * Whether pages with the origin `null` are allowed. These are pages opened from disk (`file://`),
   * but also sandboxed frames on any site.
   *
   * @default false
   */
  readonly nullOrigin?: boolean | undefined
}

export interface LocalBucketOptions extends LocalPages {
  /** The port of strict-s3. 0 selects a free port. */
  readonly s3Port: number
  /**
   * The commands' directory. Objects are stored in its `s3` subdirectory.
   *
   * @default objects are kept in memory
   */
  readonly home?: string | undefined
  readonly terminal: Terminal
}

/**
 * Returns options for `startStrictS3`.
 *
 * @param signer - A second key pair that may sign requests.
 * @param unlogged - Requests with this `User-Agent` are not logged.
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
    ...(home === undefined ? {} : { dir: join(home, 's3') }),
    region: REGION,
    credentials: signer === undefined ? [LOCAL_CREDENTIALS] : [LOCAL_CREDENTIALS, signer],
    buckets,
    pagesFrom: isPageOf(host),
    ...(host === undefined ? {} : { host: host.listen, checkHost: true }),
    log: (line, entry) => {
      if ('warning' in entry) terminal.say(terminal.warning(line))
      else if (!isOwn(entry, unlogged) && !isAllowedPreflight(entry)) {
        terminal.say(logLine(entry, terminal))
      }
    },
  } satisfies StrictS3Options
}

function isOwn({ userAgent }: RequestEntry, unlogged: string | undefined): boolean {
  return unlogged !== undefined && userAgent === unlogged
}

/** Browsers send one before nearly every part. Only a refused one explains anything. */
function isAllowedPreflight({ operation, code, fault }: RequestEntry): boolean {
  return operation === 'Preflight' && code === undefined && fault === undefined
}

/** Returns CORS rules that let pages from these origins upload, download and read checksums. */
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
 * Returns the origins of local pages as CORS patterns. `*` stands for any port. A CORS pattern can
 * contain only one `*`, so subdomains of `localhost` only match without a port.
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
