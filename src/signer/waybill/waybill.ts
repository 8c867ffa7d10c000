/**
 * The waybill: the description of one upload that the signer seals, the client presents on every later call, and S3
 * keeps with the object.
 *
 * Its names are one letter long in sealed form, because all of it must fit into 1.5 KB of object metadata.
 *
 * @module
 */

import { UploadError } from '../../protocol/index.ts'
import type { SizeRange } from '../../s3/index.ts'

export interface Waybill {
  /** Name of the upload rule that it was signed under. */
  readonly rule: string
  /** Who may continue it; missing where the rule authorizes everybody. */
  readonly owner?: string
  readonly key: string
  /** Bytes that the object may have; both ends are equal except in forms signed without a size. */
  readonly size: SizeRange
  readonly type: string
  readonly strategy: 'post' | 'put' | 'multipart'
  /** Bytes in every part but the last, with strategy `multipart`. */
  readonly partSize?: number
  /** Base64 SHA-256 of the file, when the client had hashed it. */
  readonly sha256?: string
  /** What the client said of the file, for `onComplete`. */
  readonly metadata: Readonly<Record<string, string>>
  /** When it stops being accepted. */
  readonly expiration: Date
}

const STRATEGIES = ['post', 'put', 'multipart'] as const

/** @returns The waybill as the text that is sealed. */
export function formatWaybill(waybill: Waybill): string {
  const { min, max } = waybill.size
  const hasMetadata = Object.keys(waybill.metadata).length > 0
  return JSON.stringify({
    v: 1,
    r: waybill.rule,
    o: waybill.owner,
    k: waybill.key,
    s: min === max ? max : [min, max],
    t: waybill.type,
    g: STRATEGIES.indexOf(waybill.strategy),
    p: waybill.partSize,
    h: waybill.sha256,
    m: hasMetadata ? waybill.metadata : undefined,
    x: Math.floor(waybill.expiration.getTime() / 1000),
  })
}

/**
 * Reads what `formatWaybill` wrote. Only we can have sealed it, so a surprise here is another version of ours.
 *
 * @throws {UploadError} `WAYBILL_INVALID`
 */
export function parseWaybill(text: string): Waybill {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw unknownForm()
  const { v, r, o, k, s, t, g, p, h, m, x } = value as Record<string, unknown>
  const [min, max] = Array.isArray(s) ? s : [s, s]
  const strategy = typeof g === 'number' ? STRATEGIES[g] : undefined
  if (v !== 1 || !isText(r) || !isText(k) || !isText(t) || !strategy) throw unknownForm()
  if (!isNumber(min) || !isNumber(max) || !isNumber(x)) throw unknownForm()
  return {
    rule: r,
    key: k,
    size: { min, max },
    type: t,
    strategy,
    metadata: isTexts(m) ? m : {},
    expiration: new Date(x * 1000),
    ...(isText(o) ? { owner: o } : {}),
    ...(isNumber(p) ? { partSize: p } : {}),
    ...(isText(h) ? { sha256: h } : {}),
  }
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

function unknownForm(): UploadError {
  return new UploadError('WAYBILL_INVALID', 'waybill was sealed by another version of the signer')
}
