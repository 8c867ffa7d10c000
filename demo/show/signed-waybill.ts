/**
 * Reads what the signer signed: from a form's policy, which S3 enforces, or from the response for an
 * upload with another strategy.
 *
 * @module
 */

import type { FileDescription, PostGrant, UploadGrant } from 'waybill'
import { parsePolicy } from 'waybill-s3'

export interface SignedWaybill {
  readonly key: string
  /** The sizes in bytes that S3 accepts. */
  readonly size: { readonly min: number; readonly max: number }
  readonly type: string
  /** In base64. Missing for uploads in parts. */
  readonly sha256?: string
  /** How many parts the file has, for uploads in parts. */
  readonly parts?: number
  readonly expiration: Date
  /** The requests that are signed. */
  readonly permits: string
}

export function readWaybill(file: FileDescription, grant: UploadGrant): SignedWaybill {
  if (grant.strategy === 'post') return readForm(grant)
  const { key } = grant
  const { type, sha256 } = file
  const common = { key, type, size: { min: file.size, max: file.size } }
  const expiration = new Date(grant.expiration)
  if (grant.strategy === 'put') {
    return { ...common, ...(sha256 ? { sha256 } : {}), expiration, permits: 'PUT, one file' }
  }
  const { from, count } = grant.parts
  return {
    ...common,
    parts: Math.ceil(file.size / grant.partSize),
    expiration,
    permits: `PUT, parts ${from} to ${from + count - 1}`,
  }
}

function readForm({ presignedPost: { fields } }: PostGrant): SignedWaybill {
  const policy = parsePolicy(fieldOf(fields, 'policy'))
  let size = { min: 0, max: Number.POSITIVE_INFINITY }
  const exact = new Map<string, string>()
  for (const condition of policy.conditions) {
    if (!Array.isArray(condition)) {
      for (const [name, value] of Object.entries(condition))
        exact.set(name.toLowerCase(), String(value))
    } else if (condition[0] === 'content-length-range') {
      size = { min: Number(condition[1]), max: Number(condition[2]) }
    } else if (condition[0] === 'eq') {
      exact.set(String(condition[1]).slice(1).toLowerCase(), String(condition[2]))
    }
  }
  const sha256 = exact.get('x-amz-checksum-sha256')
  return {
    key: exact.get('key') ?? '',
    size,
    type: exact.get('content-type') ?? '',
    ...(sha256 ? { sha256 } : {}),
    expiration: policy.expiration,
    permits: 'POST, one file',
  }
}

/** Lists what S3 will check, one condition on each line. */
export function signedConditions(grant: UploadGrant | undefined): readonly string[] {
  if (!grant) return []
  if (grant.strategy !== 'post') return ['a URL for each part: its method, part number and length']
  const { expiration, conditions } = parsePolicy(fieldOf(grant.presignedPost.fields, 'policy'))
  return [{ expiration: expiration.toISOString() }, ...conditions].map((condition) =>
    // With the spaces that S3 writes in its answers.
    JSON.stringify(condition, null, 1)
      .replace(/\n\s*/g, ' ')
      .replace(/^\[ | \]$/g, (end) => end.trim()),
  )
}

function fieldOf(fields: Readonly<Record<string, string>>, name: string): string {
  return Object.entries(fields).find(([field]) => field.toLowerCase() === name)?.[1] ?? ''
}

/** @param base64 - As in S3's headers. */
export function hexOf(base64: string): string {
  return [...atob(base64)].map((char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('')
}
