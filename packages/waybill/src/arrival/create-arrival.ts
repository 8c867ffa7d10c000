import type { BucketLocation, CredentialsProvider } from 'waybill-s3'
import { reportErrorTo } from '../events/report-error.ts'
import { notifyOf } from '../events/report-event.ts'
import type { OnSignerEvent } from '../protocol/signer-event.ts'
import { createSeal } from '../seal/seal.ts'
import { bySecret, type SecretProvider } from '../seal/secret.ts'
import { keptCredentials } from '../storage/kept-credentials.ts'
import { createS3Context } from '../storage/s3-call-context.ts'
import { type ServerEffects, serverEffects } from '../storage/server-effects.ts'
import type { TimeLimit } from '../storage/time-limit.ts'
import { type Judging, type Judgment, judgeObject } from './judge-object.ts'
import { createScanRecords, readScanner, type ScanObject } from './malware-scan.ts'
import type { ArrivedObject } from './object-event.ts'
import type { PublishVerdict, Verdict } from './verdict.ts'

/** Options for `createArrival`. Bucket, region and prefix must match the signer's. */
export interface ArrivalOptions extends BucketLocation {
  /** Credentials that can read and tag objects, and delete them if `rejected` is `'delete'`. */
  readonly credentials: CredentialsProvider
  /** The signer's secret or secrets. If it is a function, it is called for each object. */
  readonly secret: SecretProvider
  /**
   * The signer's prefix. Waybills are sealed for one bucket, region and prefix.
   * @default ''
   */
  readonly prefix?: string
  /**
   * What happens to a rejected object.
   * @default 'keep'
   */
  readonly rejected?: 'keep' | 'delete'
  /**
   * What happens to an object that was not uploaded through the signer. `ignore` leaves it
   * untagged.
   * @default 'reject'
   */
  readonly withoutWaybill?: 'reject' | 'ignore'
  /**
   * Whether an object is verified only after a clean malware scan. Until then, it keeps the tag
   * `waybill=pending`. Pass scan results to `judge` as part of the object.
   * @default false
   */
  readonly requireScan?: boolean
  /**
   * Your own malware scanner. It is called for each object that matches what was signed, and the
   * object is verified only if the scanner returns `clean`. If the scanner throws, there is no
   * verdict, and the event is retried. With `requireScan`, both scans must be clean. See
   * docs/operate/scanning.md.
   * @default - no scanner of your own
   */
  readonly scan?: ScanObject
  /**
   * Time limit for one scan in milliseconds, at least 1. On Lambda, a scan ends no later than three
   * seconds before the function times out.
   * @default 300000
   */
  readonly scanTimeoutMs?: number
  /**
   * Called at least once with each `verified` or `rejected` verdict.
   * @default - verdicts are not published
   */
  readonly publish?: PublishVerdict
  /**
   * Called with an event for each verdict; see `SignerEvent`. Events contain no secrets. A returned
   * promise is not awaited.
   * @default - no events
   */
  readonly onEvent?: OnSignerEvent
  /**
   * Called with errors that do not affect a verdict, such as those that `onEvent` throws.
   * @default console.error
   */
  readonly onError?: (error: unknown) => void
  /**
   * Time limit for one call to S3, in milliseconds.
   * @default 10000
   */
  readonly requestTimeoutMs?: number
  /**
   * Maximum number of attempts per call to S3.
   * @default 4
   */
  readonly maxAttempts?: number
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Replaces the clock, randomness, timers and hashing in tests.
   * @default the platform's
   */
  readonly effects?: Partial<ServerEffects>
}

/** Judges the objects in one bucket. Created by `createArrival`. */
export interface Arrival {
  /**
   * Judges one object. If called again for the same object, it returns the same verdict and
   * publishes the same `id`.
   *
   * @param limit - Time limit for all calls to S3 and the event bus together.
   * @throws {TypeError} If the object is in another bucket.
   * @throws {S3Error | Error} If S3 rejects a request or cannot be reached. There is no verdict
   *   then, so try again.
   */
  judge(object: ArrivedObject, limit?: TimeLimit): Promise<Verdict>
}

/**
 * Creates an arrival handler for the objects in one bucket. It compares each object with its
 * waybill, writes the verdict into a tag and publishes it.
 *
 * @throws {TypeError | RangeError} If an option is invalid. The message names the option.
 * @example
 * ```ts
 * const arrival = createArrival({ bucket, region, credentials, secret })
 * const { verdict } = await arrival.judge({ bucket, key: 'videos/1.mp4' })
 * ```
 */
export function createArrival(options: ArrivalOptions): Arrival {
  const judge = createJudge(options)
  return { judge: async (object, limit) => (await judge(object, limit)).verdict }
}

export type { Judgment }

export type Judge = (object: ArrivedObject, limit?: TimeLimit) => Promise<Judgment>

/** Like `createArrival`, but also returns the event of each verdict. */
export function createJudge(options: ArrivalOptions): Judge {
  const judging = judgingOf(options)
  const { prefix = '' } = options
  const { bucket, secret } = options
  const withSecret = bySecret(secret, (secrets) => ({
    seal: createSeal(secrets, options),
    scans: createScanRecords(secrets, bucket, judging.s3.digest),
  }))
  return async (object, limit = {}) => {
    if (object.bucket !== bucket) {
      throw new TypeError(`object is in bucket '${object.bucket}', expected '${bucket}'`)
    }
    const s3 = { ...judging.s3, ...limit }
    // The object belongs to another signer, whose waybills this arrival handler cannot open.
    if (!object.key.startsWith(prefix)) {
      const { key } = object
      return { verdict: { verdict: 'skipped', bucket, key, reason: 'other-prefix' } }
    }
    return judgeObject({ ...judging, s3, ...(await withSecret()) }, object)
  }
}

function judgingOf(options: ArrivalOptions): Omit<Judging, 'seal' | 'scans'> {
  const { publish, onEvent } = options
  const onError = reportErrorTo(options.onError)
  const { now, later } = serverEffects(options.effects)
  const credentials = keptCredentials(options.credentials, { now, later, onError })
  const s3 = createS3Context({ ...options, credentials })
  return {
    s3,
    requireScan: options.requireScan ?? false,
    scanner: readScanner(options.scan, options.scanTimeoutMs),
    deletesRejected: options.rejected === 'delete',
    ignoresWithoutWaybill: options.withoutWaybill === 'ignore',
    publish,
    notify: notifyOf({ onEvent, onError }),
  }
}
