/**
 * The waybill describes one upload. The signer seals it, the client presents it with every later
 * call, and S3 stores it with the object.
 *
 * The sealed JSON has one-letter property names, because it must fit into 1.5 KB of object
 * metadata.
 *
 * @module
 */

import type { SizeRange } from 'waybill-s3'

/**
 * The waybill may be genuine, but it cannot be read because its secret is missing or it comes from
 * another version. Clients get `WAYBILL_INVALID`. The arrival handler checks the object again
 * later.
 */
export class WaybillUnreadable extends Error {
  override readonly name = 'WaybillUnreadable'
}

export interface Waybill {
  readonly rule: string
  /** Only this owner can continue the upload. Missing for an upload without an owner. */
  readonly owner?: string
  readonly key: string
  /** Allowed sizes in bytes. `min` and `max` differ only if a form was signed without a size. */
  readonly size: SizeRange
  readonly type: string
  readonly strategy: 'post' | 'put' | 'multipart'
  /** Size in bytes of every part except the last. Only set for multipart uploads. */
  readonly partSize?: number
  /** In base64, if the client sent it. */
  readonly sha256?: string
  /** The file name, or the last segment of the key if the name did not fit. */
  readonly name: string
  /** The file's folders, such as `album/trip`. Missing if there are none or they did not fit. */
  readonly folders?: string
  /** Unique for each upload. */
  readonly id: string
  /** Sent by the client and passed to `onComplete`. */
  readonly metadata: Readonly<Record<string, string>>
  readonly grantedAt: Date
  /** The waybill is rejected from this time on. */
  readonly expiration: Date
}

/** One week. */
export const DEFAULT_WAYBILL_EXPIRES_IN_SECONDS = 604_800

/**
 * Maximum size in bytes of an object that the arrival handler reads to compute its SHA-256. It does
 * so if S3 has no SHA-256 of the whole object, as for multipart uploads.
 */
export const MAX_SIZE_TO_HASH = 64 * 1024 * 1024

const VERSION = 1

const STRATEGIES = ['post', 'put', 'multipart'] as const

/**
 * Serializes a waybill for sealing. Name, folders and id are omitted if they can be read from the
 * key.
 *
 * @param names - `short` omits name and folders even if they cannot be read from the key.
 */
export function formatWaybill(waybill: Waybill, names: 'full' | 'short' = 'full'): string {
  const { key, name, folders, id, metadata, grantedAt } = waybill
  const { min, max } = waybill.size
  const hasMetadata = Object.keys(metadata).length > 0
  return JSON.stringify({
    v: VERSION,
    r: waybill.rule,
    o: waybill.owner,
    k: key,
    s: min === max ? max : [min, max],
    t: waybill.type,
    g: STRATEGIES.indexOf(waybill.strategy),
    p: waybill.partSize,
    h: waybill.sha256,
    n: names === 'short' || name === nameIn(key) ? undefined : name,
    f: folders === undefined ? undefined : formatFolders(folders, key, names),
    i: id === idIn(key) ? undefined : id,
    m: hasMetadata ? metadata : undefined,
    a: toSeconds(grantedAt),
    x: toSeconds(waybill.expiration),
  })
}

/**
 * Parses what `formatWaybill` returned. Only a signer can have sealed it, so an unknown format
 * comes from another version.
 *
 * @throws {WaybillUnreadable}
 */
export function parseWaybill(text: string): Waybill {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw unknownForm()
  const { v, r, o, k, s, t, g, p, h, n, f, i, m, a, x } = value as Record<string, unknown>
  const [min, max] = Array.isArray(s) ? s : [s, s]
  const strategy = typeof g === 'number' ? STRATEGIES[g] : undefined
  if (v !== VERSION || !isText(r) || !isText(k) || !isText(t)) throw unknownForm()
  if (!strategy || !isNumber(min) || !isNumber(max)) throw unknownForm()
  if (!isNumber(a) || !isNumber(x)) throw unknownForm()
  return {
    rule: r,
    key: k,
    size: { min, max },
    type: t,
    strategy,
    name: isText(n) ? n : nameIn(k),
    id: isText(i) ? i : idIn(k),
    metadata: isTexts(m) ? m : {},
    grantedAt: fromSeconds(a),
    expiration: fromSeconds(x),
    ...(isText(o) ? { owner: o } : {}),
    ...(isText(f) ? { folders: f } : {}),
    ...(isNumber(f) ? { folders: foldersIn(k, f) } : {}),
    ...(isNumber(p) ? { partSize: p } : {}),
    ...(isText(h) ? { sha256: h } : {}),
  }
}

export function pathOf({ folders, name }: Waybill): string {
  return folders === undefined ? name : `${folders}/${name}`
}

function nameIn(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1)
}

function foldersIn(key: string, count: number): string {
  return key
    .split('/')
    .slice(-1 - count, -1)
    .join('/')
}

/**
 * Returns how many key segments before the last one are the folders. If the key does not contain
 * the folders, returns them unchanged.
 */
function formatFolders(
  folders: string,
  key: string,
  names: 'full' | 'short',
): number | string | undefined {
  const count = folders.split('/').length
  if (foldersIn(key, count) === folders) return count
  return names === 'short' ? undefined : folders
}

/** Returns the first segment of a key that looks like a file id, or `''`. */
function idIn(key: string): string {
  return key.split('/').find((segment) => /^[\w-]{22}$/.test(segment)) ?? ''
}

function toSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}

function fromSeconds(seconds: number): Date {
  return new Date(seconds * 1000)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function isTexts(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every(isText)
}

function unknownForm(): WaybillUnreadable {
  return new WaybillUnreadable('waybill was sealed by another version of the signer')
}
