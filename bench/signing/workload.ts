/**
 * What all contestants sign: the same upload with the same role credentials.
 *
 * @module
 */

import { planParts } from 'waybill-s3'

export const BUCKET = 'examplebucket'
export const REGION = 'eu-west-1'
export const HOST = `${BUCKET}.s3.${REGION}.amazonaws.com`
export const KEY = 'uploads/2026/0123456789abcdefghijkl/holiday.mp4'
export const TYPE = 'video/mp4'
export const EXPIRES_IN_SECONDS = 300

/**
 * Role credentials with a session token of 800 characters, as in Lambda. It is most of the hashed
 * text.
 */
export const CREDENTIALS = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJb3JpZ2luX2VjEMb+/w='.repeat(40).slice(0, 800),
}

export const UPLOAD_ID = 'VXBsb2FkIElEIGZvciA2aWWpbmcncyBteS1tb3ZpZS5tMnRzIHVwbG9hZA'.repeat(2)
export const PART_SIZE = 8 * 1024 ** 2
export const PLAN = planParts(10_000 * PART_SIZE, PART_SIZE)

let count = 0

/** Returns a file size that was not signed before, so that no contestant can reuse a policy. */
export function nextSize(): number {
  count += 1
  return 1_000_000 + count
}

/** Returns the next part number, in a cycle. */
export function nextPartNumber(): number {
  count += 1
  return 1 + (count % PLAN.partCount)
}
