/**
 * Plans how a file is sent: in one request or in parts, and how large the parts are.
 *
 * @module
 */

import type { FileDescription } from '../../protocol/messages.ts'
import { type PartPlan, planParts } from '../../s3/part-plan.ts'
import type { SignerContext } from '../signer-context.ts'
import type { Waybill } from '../waybill/waybill.ts'

/** The members of a waybill that say how its file is sent. */
export type UploadPlan = Pick<Waybill, 'strategy' | 'partSize'>

const MIB = 1024 ** 2
const PREFERRED_PART_SIZE = { least: 8 * MIB, most: 16 * MIB }
/**
 * A part is at most this share of the file. A client that loses its connection sends the parts in
 * flight again: six of them are less than a twentieth of the file.
 */
const LARGEST_SHARE = 1 / 128
/** With smaller parts, the requests would cost more time than an idle connection. */
const SMALLEST_EVEN_PART_SIZE = 5 * MIB

/**
 * Numbers of parts that can be divided by the usual numbers of connections, so that no connection
 * is idle while the last part is sent.
 */
const EVEN_COUNTS = [3, 6, 12, 18, 24, 30, 36, 42, 48]
/** The same where the client has twelve, over both host names of the bucket. */
const EVEN_COUNTS_OF_BOTH = [12, 24, 36, 48]

/** Plans the upload of a file. */
export function planUpload(
  context: SignerContext,
  { size, secondHost }: Pick<FileDescription, 'size' | 'secondHost'>,
): UploadPlan {
  if (size <= context.multipartThreshold) return { strategy: context.singleRequest }
  const partSize = context.partSize ?? evenPartSize(size, secondHost)
  return { strategy: 'multipart', partSize: planParts(size, partSize).partSize }
}

/** Returns the parts of a waybill with strategy `multipart`, as they were planned at its grant. */
export function planOf({ size, partSize = PREFERRED_PART_SIZE.most }: Waybill): PartPlan {
  return planParts(size.max, partSize)
}

/**
 * Chooses the part size in bytes: 8 to 16 MiB, growing with the file. It is a little less for files
 * of a few dozen parts, so that three, six or twelve connections finish together. In larger files
 * the last part hardly matters.
 */
function evenPartSize(size: number, secondHost: boolean | undefined): number {
  const { least, most } = PREFERRED_PART_SIZE
  const preferred = Math.min(most, Math.max(least, Math.floor(size * LARGEST_SHARE)))
  const needed = Math.ceil(size / preferred)
  const counts = secondHost ? EVEN_COUNTS_OF_BOTH : EVEN_COUNTS
  const count = counts.find((even) => even >= needed)
  const even = count === undefined ? preferred : Math.ceil(size / count)
  if (even >= SMALLEST_EVEN_PART_SIZE) return even
  // Twelve are too many for this file: as many as there can be are still more than six.
  return secondHost ? SMALLEST_EVEN_PART_SIZE : preferred
}
