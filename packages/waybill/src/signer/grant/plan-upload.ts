import { type PartPlan, planParts } from 'waybill-s3'
import type { FileDescription } from '../../protocol/messages.ts'
import type { Waybill } from '../../seal/waybill.ts'
import type { SignerContext } from '../context/signer-context.ts'

export type UploadPlan = Pick<Waybill, 'strategy' | 'partSize'>

const MIB = 1024 ** 2
const MIN_PREFERRED_SIZE = 8 * MIB
const MAX_PREFERRED_SIZE = 16 * MIB
/**
 * Minimum number of parts for a file larger than 1 GiB. A client that loses its connection resends
 * the parts in flight, usually six, which are then less than a twentieth of the file.
 */
const LEAST_COUNT = 128
/** Smaller parts would cost more time in additional requests than they save in idle connections. */
const SMALLEST_EVEN_PART_SIZE = 5 * MIB

/**
 * Part counts that are divisible by the usual numbers of connections, so that no connection is idle
 * while the last parts are sent.
 */
const EVEN_COUNTS = [3, 6, 12, 18, 24, 30, 36, 42, 48]
/** Number of connections of a client that can use both of the bucket's host names. */
const BOTH = 12

export function planUpload(
  context: SignerContext,
  { size, secondHost }: Pick<FileDescription, 'size' | 'secondHost'>,
): UploadPlan {
  if (size <= context.multipartThreshold) return { strategy: context.singleRequest }
  const partSize = context.partSize ?? evenPartSize(size, secondHost)
  return { strategy: 'multipart', partSize: planParts(size, partSize).partSize }
}

/** Returns the same part plan as when the upload was granted. */
export function planOf({ size, partSize = MAX_PREFERRED_SIZE }: Waybill): PartPlan {
  return planParts(size.max, partSize)
}

/**
 * Returns a part size of 5 to 16 MiB that grows with the file. Files of a few dozen parts get
 * slightly smaller parts, so that three, six or twelve connections finish together. With more
 * parts, an idle connection at the end hardly matters.
 */
function evenPartSize(size: number, secondHost: boolean | undefined): number {
  const largest = Math.floor(size / LEAST_COUNT)
  const preferred = Math.min(MAX_PREFERRED_SIZE, Math.max(MIN_PREFERRED_SIZE, largest))
  const needed = Math.ceil(size / preferred)
  const count = EVEN_COUNTS.find((even) => even >= needed && !(secondHost && even % BOTH))
  const even = count === undefined ? preferred : Math.ceil(size / count)
  if (even >= SMALLEST_EVEN_PART_SIZE) return even
  // The file is too small for twelve parts, so use as many as possible.
  return secondHost ? SMALLEST_EVEN_PART_SIZE : preferred
}
