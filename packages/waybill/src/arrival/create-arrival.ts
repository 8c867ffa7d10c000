/**
 * Arrival compares an object that has landed with its waybill. The verdict becomes a tag and an
 * event. Where the report of the object comes from does not matter: EventBridge, the local S3 or a
 * script.
 *
 * @module
 */

import type { BucketLocation, CredentialsProvider } from 'waybill-s3'
import type { OnSignerEvent } from '../protocol/signer-event.ts'
import { tellErrorTo } from '../signer/context/report-error.ts'
import { tellEventTo } from '../signer/context/report-event.ts'
import { createSeal } from '../signer/waybill/seal.ts'
import type { SecretProvider } from '../signer/waybill/secret.ts'
import { bySecret } from '../signer/waybill/secret.ts'
import { keptCredentials } from '../storage/kept-credentials.ts'
import { createS3Context } from '../storage/s3-call-context.ts'
import { type ServerEffects, serverEffects } from '../storage/server-effects.ts'
import type { TimeLimit } from '../storage/time-limit.ts'
import { type Judging, judgeObject } from './judge-object.ts'
import { createScanRecords } from './malware-scan.ts'
import type { ArrivedObject } from './object-event.ts'
import type { Scanner, ScanObject } from './scanner.ts'
import type { PublishVerdict, Verdict } from './verdict.ts'

/** Options of `createArrival`. Bucket, region and prefix are those of the signer. */
export interface ArrivalOptions extends BucketLocation {
  /** May read, tag and, where `rejected` says so, delete the bucket's objects. */
  readonly credentials: CredentialsProvider
  /** The signer's secret, or several that open waybills. A function is called for each object. */
  readonly secret: SecretProvider
  /** The signer's prefix: waybills are sealed for bucket, region and prefix. @default '' */
  readonly prefix?: string
  /** What is done with a rejected object. @default 'keep' */
  readonly rejected?: 'keep' | 'delete'
  /**
   * What is done with an object that was stored without the signer. `ignore` leaves it untagged.
   * @default 'reject'
   */
  readonly withoutWaybill?: 'reject' | 'ignore'
  /**
   * Whether an object is verified only after a malware scan has cleared it, whichever event reports
   * it. Until then it stays `waybill=pending`. Scan results come with the objects that `judge`
   * gets.
   * @default false
   */
  readonly requireScan?: boolean
  /**
   * A malware scanner of your own, called for each object that is what was signed. An object is
   * verified only if the scanner returns `clean`. If the scanner throws, the event fails and is
   * tried again. With `requireScan` both scans must be clean. See docs/operate/scanning.md.
   * @default - no scan of your own
   */
  readonly scan?: ScanObject
  /**
   * Time limit of one scan, at least 1. In Lambda a scan ends at the latest three seconds before
   * the time of the function.
   * @default 300000
   */
  readonly scanTimeoutMs?: number
  /**
   * Called at least once with each `verified` or `rejected` verdict.
   * @default - nothing is published
   */
  readonly publish?: PublishVerdict
  /**
   * Called with each verdict as an event without secrets, see `SignerEvent`. Its promise is never
   * awaited.
   * @default - no events
   */
  readonly onEvent?: OnSignerEvent
  /** Gets what `onEvent` throws. @default console.error */
  readonly onError?: (error: unknown) => void
  /** Time limit of one call to S3. @default 10000 */
  readonly requestTimeoutMs?: number
  /** How often one call to S3 is sent before it counts as failed. @default 4 */
  readonly maxAttempts?: number
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /** Clock, chance, waiting and hashing, for tests. @default the platform's */
  readonly effects?: Partial<ServerEffects>
}

/** Judges objects that have landed, from `createArrival`. */
export interface Arrival {
  /**
   * Judges one object. A second call for the same object has the same result
   * and publishes the same `id`.
   *
   * @throws {TypeError} When the object is in another bucket.
   * @param limit - Time limit of all its calls to S3 and to the event bus together.
   * @throws {S3Error | Error} When S3 refuses or cannot be reached: nothing was decided, try again.
   */
  judge(object: ArrivedObject, limit?: TimeLimit): Promise<Verdict>
}

/**
 * Creates an arrival, which judges objects of one bucket.
 *
 * @throws {TypeError | RangeError} Names the option that is not valid.
 * @example
 * ```ts
 * const arrival = createArrival({ bucket, region, credentials, secret })
 * const { verdict } = await arrival.judge({ bucket, key: 'videos/1.mp4' })
 * ```
 */
export function createArrival(options: ArrivalOptions): Arrival {
  const judging = judgingOf(options)
  const { prefix = '' } = options
  const { bucket, secret } = options
  const withSecret = bySecret(secret, (secrets) => ({
    seal: createSeal(secrets, options),
    scans: createScanRecords(secrets, bucket, judging.s3.digest),
  }))
  return {
    judge: async (object, limit = {}) => {
      if (object.bucket !== bucket) {
        throw new TypeError(`object is in bucket '${object.bucket}', expected '${bucket}'`)
      }
      const s3 = { ...judging.s3, ...limit }
      // The object belongs to another signer, whose waybills this arrival cannot open.
      if (!object.key.startsWith(prefix)) {
        return { verdict: 'skipped', bucket, key: object.key, reason: 'other-prefix' }
      }
      return judgeObject({ ...judging, s3, ...(await withSecret()) }, object)
    },
  }
}

function judgingOf(options: ArrivalOptions): Omit<Judging, 'seal' | 'scans'> {
  const { publish, onEvent } = options
  const onError = tellErrorTo(options.onError)
  const { now, later } = serverEffects(options.effects)
  const credentials = keptCredentials(options.credentials, { now, later, onError })
  const s3 = createS3Context({ ...options, credentials })
  return {
    s3,
    requireScan: options.requireScan ?? false,
    scanner: scannerOf(options),
    deletesRejected: options.rejected === 'delete',
    ignoresWithoutWaybill: options.withoutWaybill === 'ignore',
    publish,
    tell: tellEventTo({ onEvent, onError, now: s3.now }),
  }
}

/** The longest time that a timer can wait for. */
const MAX_TIMER_MS = 2 ** 31 - 1

function scannerOf({ scan, scanTimeoutMs = 300_000 }: ArrivalOptions): Scanner | undefined {
  if (!(scanTimeoutMs >= 1 && scanTimeoutMs <= MAX_TIMER_MS)) {
    throw new RangeError(`scanTimeoutMs is ${scanTimeoutMs}, expected 1 to ${MAX_TIMER_MS}`)
  }
  if (scan === undefined) return undefined
  if (typeof scan !== 'function') {
    throw new TypeError(`scan is of type ${typeof scan}, expected a function`)
  }
  return { scan, timeoutMs: scanTimeoutMs }
}
