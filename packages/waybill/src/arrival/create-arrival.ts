/**
 * Arrival compares objects with their waybills after they were stored. It writes the verdict into a
 * tag and publishes an event. Events about objects may come from anywhere: EventBridge, the local
 * S3 or a script.
 *
 * @module
 */

import type { BucketLocation, CredentialsProvider } from 'waybill-s3'
import type { OnSignerEvent } from '../protocol/signer-event.ts'
import { reportErrorTo } from '../signer/context/report-error.ts'
import { notifyOf } from '../signer/context/report-event.ts'
import { createSeal } from '../signer/waybill/seal.ts'
import { bySecret, type SecretProvider } from '../signer/waybill/secret.ts'
import { keptCredentials } from '../storage/kept-credentials.ts'
import { createS3Context } from '../storage/s3-call-context.ts'
import { type ServerEffects, serverEffects } from '../storage/server-effects.ts'
import type { TimeLimit } from '../storage/time-limit.ts'
import { type Judgement, type Judging, judgeObject } from './judge-object.ts'
import { createScanRecords } from './malware-scan.ts'
import type { ArrivedObject } from './object-event.ts'
import { readScanner, type ScanObject } from './scanner.ts'
import type { PublishVerdict, Verdict } from './verdict.ts'

/** Options of `createArrival`. Bucket, region and prefix must match the signer's. */
export interface ArrivalOptions extends BucketLocation {
  /** Must be allowed to read and tag objects, and to delete them if `rejected` is `'delete'`. */
  readonly credentials: CredentialsProvider
  /** The signer's secret, or several that can open waybills. A function runs for each object. */
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
   * What happens to an object that was stored without the signer. `ignore` leaves it untagged.
   * @default 'reject'
   */
  readonly withoutWaybill?: 'reject' | 'ignore'
  /**
   * Verifies an object only after a malware scan has cleared it, whichever event reports it. Until
   * then the object stays `waybill=pending`. Scan results are part of the objects passed to
   * `judge`.
   * @default false
   */
  readonly requireScan?: boolean
  /**
   * Your own malware scanner, called for each object that matches what was signed. The object is
   * verified only if the scanner returns `clean`. If the scanner throws, the event fails and is
   * retried. With `requireScan` both scans must be clean. See docs/operate/scanning.md.
   * @default - no scanner of your own
   */
  readonly scan?: ScanObject
  /**
   * Time limit of one scan in milliseconds, at least 1. In Lambda a scan ends at the latest three
   * seconds before the function times out.
   * @default 300000
   */
  readonly scanTimeoutMs?: number
  /**
   * Called with each `verified` or `rejected` verdict, at least once.
   * @default - nothing is published
   */
  readonly publish?: PublishVerdict
  /**
   * Called with each verdict as an event without secrets, see `SignerEvent`. A returned promise is
   * not awaited.
   * @default - no events
   */
  readonly onEvent?: OnSignerEvent
  /**
   * Called with whatever `onEvent` throws.
   * @default console.error
   */
  readonly onError?: (error: unknown) => void
  /**
   * Time limit of one call to S3 in milliseconds.
   * @default 10000
   */
  readonly requestTimeoutMs?: number
  /**
   * Attempts per call to S3 before it fails.
   * @default 4
   */
  readonly maxAttempts?: number
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Clock, randomness, timers and hashing, for tests.
   * @default the platform's
   */
  readonly effects?: Partial<ServerEffects>
}

/** Judges stored objects; created by `createArrival`. */
export interface Arrival {
  /**
   * Judges one object. Judging the same object again gives the same verdict and publishes the same
   * `id`.
   *
   * @param limit - Time limit of all its calls to S3 and the event bus together.
   * @throws {TypeError} If the object is in another bucket.
   * @throws {S3Error | Error} If S3 refuses or cannot be reached. Nothing was decided: try again.
   */
  judge(object: ArrivedObject, limit?: TimeLimit): Promise<Verdict>
}

/**
 * Creates an arrival, which judges the objects of one bucket.
 *
 * @throws {TypeError | RangeError} If an option is invalid; the message names it.
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

export type { Judgement }

/** Judges one object and returns the verdict together with its event. */
export type Judge = (object: ArrivedObject, limit?: TimeLimit) => Promise<Judgement>

/** Like `createArrival`, for callers that also need the event of each verdict. */
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
    // Another signer's object: this arrival cannot open its waybill.
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
