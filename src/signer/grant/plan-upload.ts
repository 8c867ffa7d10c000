/**
 * How one file goes: in one request or in parts, and how large the parts are.
 *
 * @module
 */

import { type PartPlan, planParts } from '../../s3/index.ts'
import type { SignerContext } from '../signer-context.ts'
import type { Waybill } from '../waybill/waybill.ts'

/** What a waybill says of the way its file goes. */
export type UploadPlan = Pick<Waybill, 'strategy' | 'partSize'>

const MIB = 1024 ** 2
const PREFERRED_PART_SIZE = { least: 8 * MIB, most: 16 * MIB }
/** A client that is cut off sends the parts in flight again: six of these are less than a twentieth of the file. */
const LARGEST_SHARE = 1 / 128
/** Smaller than this the requests themselves cost more time than an idle connection. */
const SMALLEST_EVEN_PART_SIZE = 5 * MIB

/** Divisible by the connections that a client is likely to have at work: none idles while the last part is sent. */
const EVEN_COUNTS = [3, 6, 12, 18, 24, 30, 36, 42, 48]

/** @param size - Bytes. */
export function planUpload(context: SignerContext, size: number): UploadPlan {
  if (size <= context.multipartThreshold || size === 0) return { strategy: context.singleRequest }
  const partSize = context.partSize ?? evenPartSize(size)
  return { strategy: 'multipart', partSize: planParts(size, partSize).partSize }
}

/** @returns The parts of a waybill of strategy `multipart`, as they were planned when it was sealed. */
export function planOf({ size, partSize = PREFERRED_PART_SIZE.most }: Waybill): PartPlan {
  return planParts(size.max, partSize)
}

/**
 * @returns Bytes in a part: 8 to 16 MiB, growing with the file; somewhat less for files of a few dozen parts, so that
 *   three or six connections that start together also end together. In larger files the last part weighs nothing.
 */
function evenPartSize(size: number): number {
  const { least, most } = PREFERRED_PART_SIZE
  const preferred = Math.min(most, Math.max(least, Math.floor(size * LARGEST_SHARE)))
  const needed = Math.ceil(size / preferred)
  const count = EVEN_COUNTS.find((even) => even >= needed)
  const even = count === undefined ? preferred : Math.ceil(size / count)
  return even < SMALLEST_EVEN_PART_SIZE ? preferred : even
}
