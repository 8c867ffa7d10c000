/**
 * Applies lifecycle rules. There is no timer. Instead, a request to a bucket applies the bucket's
 * rules if they were last applied more than a minute ago, or if the clock was set back. To clients this looks like a background
 * task, and tests that control the clock can rely on it.
 *
 * @module
 */

import type { Bucket, Deleted } from '../buckets/bucket.ts'
import type { Announcer } from '../notifications/announcer.ts'
import { removed } from '../notifications/object-change.ts'
import { isAbandoned, isExpired, isNoncurrentExpired } from './expiry.ts'

const INTERVAL_MS = 60_000

const sweptAt = new WeakMap<Bucket, number>()

export async function sweepIfDue(bucket: Bucket, now: Date, announcer: Announcer): Promise<void> {
  if (!bucket.record.lifecycle) return
  const nowMs = now.getTime()
  if (Math.abs(nowMs - (sweptAt.get(bucket) ?? Number.NEGATIVE_INFINITY)) < INTERVAL_MS) return
  sweptAt.set(bucket, nowMs)
  await sweep(bucket, nowMs, announcer)
}

/** Call this after the rules have changed, so that the next request applies them. */
export function forgetSweep(bucket: Bucket): void {
  sweptAt.delete(bucket)
}

async function sweep(bucket: Bucket, nowMs: number, announcer: Announcer): Promise<void> {
  const announce = (key: string, deleted: Deleted) =>
    announcer.announce(removed(bucket, key, deleted, undefined))
  const rules = bucket.record.lifecycle ?? []
  for (const { record } of [...bucket.uploads]) {
    if (isAbandoned(rules, record, nowMs)) await bucket.uploads.expire(record.uploadId)
  }
  const tidiesMarkers = rules.some((rule) => rule.enabled && rule.expiredObjectDeleteMarker)
  for (const key of [...bucket.objects.keysFrom('')]) {
    await sweepVersions(bucket, key, nowMs, announce)
    const [newest] = bucket.objects.versionsOf(key)
    if (newest && !newest.deleteMarker && isExpired(rules, newest, nowMs))
      announce(key, await bucket.delete(key, {}, newest))
    const [only, ...others] = bucket.objects.versionsOf(key)
    if (tidiesMarkers && only?.deleteMarker && others.length === 0) {
      announce(key, await bucket.deleteVersion(key, only.versionId, { expected: only }))
    }
  }
}

async function sweepVersions(
  bucket: Bucket,
  key: string,
  nowMs: number,
  announce: (key: string, deleted: Deleted) => void,
): Promise<void> {
  const rules = bucket.record.lifecycle ?? []
  const versions = bucket.objects.versionsOf(key)
  for (const [index, version] of versions.entries()) {
    const newer = versions[index - 1]
    if (newer && isNoncurrentExpired(rules, version, newer.lastModifiedMs, nowMs)) {
      announce(key, await bucket.deleteVersion(key, version.versionId, { expected: version }))
    }
  }
}
