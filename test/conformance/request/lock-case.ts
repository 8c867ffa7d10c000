/**
 * Requests about a bucket with Object Lock.
 *
 * @module
 */

import type { System } from '../system.ts'
import type { RawRequest } from './raw-request.ts'
import { versioning } from './version-case.ts'

const DAY_MS = 86_400_000

/** The instant so many days from now, without milliseconds. */
export const daysAhead = (days: number) =>
  new Date(Math.floor((Date.now() + days * DAY_MS) / 1000) * 1000).toISOString()

/** A `PUT` with a document and its `Content-MD5`. */
export function document(
  system: System,
  query: Readonly<Record<string, string>>,
  body: string,
  { headers = {}, key }: { headers?: Record<string, string>; key?: string } = {},
): Promise<RawRequest> {
  const place = key === undefined ? {} : { key }
  return system.signed({ method: 'PUT', query, body, md5: true, ...place, headers })
}

export const configuration = (rule = '') =>
  `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`

export const defaultRetention = (inner: string) =>
  `<Rule><DefaultRetention>${inner}</DefaultRetention></Rule>`

/** Enables Object Lock in the system's bucket. */
export async function enableLock(system: System, rule = ''): Promise<void> {
  await versioning(system, 'Enabled')
  const body = configuration(rule)
  await system.expect(200, await document(system, { 'object-lock': '' }, body))
}

export const retentionXml = (mode: string, date: string) =>
  `<Retention><Mode>${mode}</Mode><RetainUntilDate>${date}</RetainUntilDate></Retention>`

export const retentionHeaders = (mode: string, date: string) => ({
  'x-amz-object-lock-mode': mode,
  'x-amz-object-lock-retain-until-date': date,
})

/** Stores the system's object in a bucket with Object Lock. @returns Its version id. */
export async function locked(
  system: System,
  headers: Record<string, string> = {},
): Promise<string> {
  await enableLock(system)
  const ask = { method: 'PUT', key: system.key, body: 'hello', md5: true, headers } as const
  const put = await system.expectReply(200, ask)
  return put.headers['x-amz-version-id'] ?? ''
}
