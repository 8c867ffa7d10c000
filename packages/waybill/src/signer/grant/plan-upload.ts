/**
 * Plans how a file is sent: in one request or in parts, and how large the parts are.
 *
 * @module
 */

import { type PartPlan, planParts } from 'waybill-s3'
import type { FileDescription } from '../../protocol/messages.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { Waybill } from '../waybill/waybill.ts'

/** The members of a waybill that say how its file is sent. */
export type UploadPlan = Pick<Waybill, 'strategy' | 'partSize'>

const MIB = 1024 ** 2
const MIN_PREFERRED_SIZE = 8 * MIB
const MAX_PREFERRED_SIZE = 16 * MIB
/**
 * A file of more than 1 GiB has at least this many parts. A client that loses its connection
 * resends the parts in flight, and six of them are less than a twentieth of the file.
 */
const LEAST_COUNT = 128
/** With smaller parts, the requests would cost more time than an idle connection. */
const SMALLEST_EVEN_PART_SIZE = 5 * MIB

/**
 * Numbers of parts that are divisible by the usual numbers of connections, so that none is idle
 * while the last part is sent.
 */
const EVEN_COUNTS = [3, 6, 12, 18, 24, 30, 36, 42, 48]
/** Connections of a client that may use both host names of the bucket. */
const BOTH = 12

export function planUpload(
  context: SignerContext,
  { size, secondHost }: Pick<FileDescription, 'size' | 'secondHost'>,
): UploadPlan {
  if (size <= context.multipartThreshold) return { strategy: context.singleRequest }
  const partSize = context.partSize ?? evenPartSize(size, secondHost)
  return { strategy: 'multipart', partSize: planParts(size, partSize).partSize }
}

/** Returns the parts of a multipart waybill as they were planned when it was granted. */
export function planOf({ size, partSize = MAX_PREFERRED_SIZE }: Waybill): PartPlan {
  return planParts(size.max, partSize)
}

/**
 * Chooses the part size in bytes: 8 to 16 MiB, growing with the file. Files of a few dozen parts
 * get slightly smaller parts, so that three, six or twelve connections finish together. In larger
 * files the last part hardly matters.
 */
function evenPartSize(size: number, secondHost: boolean | undefined): number {
  const largest = Math.floor(size / LEAST_COUNT)
  const preferred = Math.min(MAX_PREFERRED_SIZE, Math.max(MIN_PREFERRED_SIZE, largest))
  const needed = Math.ceil(size / preferred)
  const count = EVEN_COUNTS.find((even) => even >= needed && !(secondHost && even % BOTH))
  const even = count === undefined ? preferred : Math.ceil(size / count)
  if (even >= SMALLEST_EVEN_PART_SIZE) return even
  // The file is too small for twelve parts: use as many as possible, which is more than six.
  return secondHost ? SMALLEST_EVEN_PART_SIZE : preferred
}
