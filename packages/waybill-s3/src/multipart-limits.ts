/**
 * S3's limits, and how they divide an object into the parts of a multipart upload. The signer signs
 * the length of each part and the client slices the file, so both must compute the same plan. A plan
 * does not list its parts, because there can be 10,000 of them. `partOf` computes any one of them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 * @module
 */

const MIB = 1024 ** 2
const GIB = 1024 ** 3

/** Sizes are in bytes. */
export const LIMITS = {
  minPartSize: 5 * MIB,
  maxPartSize: 5 * GIB,
  maxParts: 10_000,
  /** 50 TB, which AWS's page also gives as 48.8 TiB. */
  maxObjectSize: 50_000_000_000_000,
  /** For a file in a single request, and for a copy. */
  maxSingleUploadSize: 5 * GIB,
  maxKeySize: 1024,
  /** Names and values of user metadata together. */
  maxMetadataSize: 2048,
  /** For presigned requests: one week. */
  maxExpiresInSeconds: 604_800,
} as const

export const MAX_SINGLE_UPLOAD_SIZE = LIMITS.maxSingleUploadSize

/** Apart, because no signer and no browser needs them: their bundles drop them. Sizes are in bytes. */
export const MORE_LIMITS = {
  /** How far a client's clock may differ from S3's. */
  maxSkewSeconds: 900,
  /** For all header names and values of a request. */
  maxHeaderSize: 8192,
  /** For a form's fields before the file. */
  maxFormFieldsSize: 20_480,
  maxBucketPolicySize: 20_480,
  maxObjectTags: 10,
  /** Keys, versions, parts or uploads in one response, and keys in one DeleteObjects request. */
  maxListed: 1000,
} as const

/** How an object is divided into parts. */
export interface PartPlan {
  /** Object size in bytes. */
  readonly size: number
  /** Size of every part but the last, in bytes. */
  readonly partSize: number
  readonly partCount: number
}

/** One part of a plan. */
export interface Part {
  /** Starts at 1. */
  readonly partNumber: number
  /** Offset of the part in the object, in bytes. */
  readonly start: number
  /** In bytes. */
  readonly size: number
}

/**
 * Plans the parts of an object of `size` bytes.
 *
 * All parts but the last have the same size. If `partSize` would result in more than 10,000 parts,
 * the smallest whole number of MiB that avoids this is used instead.
 *
 * @param size - Object size in bytes, from 1 to 50 TB. S3 has no empty multipart uploads.
 * @param partSize - Preferred part size in bytes, from 5 MiB to 5 GiB.
 * @returns The plan. Use `partOf` to get its parts.
 * @throws {RangeError} If S3 would reject the plan.
 * @example
 * ```ts
 * const plan = planParts(file.size, 16 * 1024 ** 2)
 * for (let number = 1; number <= plan.partCount; number += 1) {
 *   const { start, size } = partOf(plan, number)
 *   await sendPart(number, file.slice(start, start + size))
 * }
 * ```
 */
export function planParts(size: number, partSize: number): PartPlan {
  if (!Number.isSafeInteger(size) || size < 1 || size > LIMITS.maxObjectSize) {
    throw new RangeError(`size is ${size} bytes, expected 1 to ${LIMITS.maxObjectSize}`)
  }
  if (
    !Number.isInteger(partSize) ||
    partSize < LIMITS.minPartSize ||
    partSize > LIMITS.maxPartSize
  ) {
    throw new RangeError(
      `partSize is ${partSize} bytes, expected ${LIMITS.minPartSize} to ${LIMITS.maxPartSize}`,
    )
  }
  const needed = Math.ceil(size / LIMITS.maxParts / MIB) * MIB
  const chosen = size > partSize * LIMITS.maxParts ? needed : partSize
  return { size, partSize: chosen, partCount: Math.ceil(size / chosen) }
}

/**
 * Computes one part of a plan.
 *
 * @param partNumber - From 1 to `plan.partCount`.
 * @throws {RangeError} If the plan has no such part.
 */
export function partOf(plan: PartPlan, partNumber: number): Part {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > plan.partCount) {
    throw new RangeError(`partNumber is ${partNumber}, expected 1 to ${plan.partCount}`)
  }
  const start = (partNumber - 1) * plan.partSize
  return { partNumber, start, size: Math.min(plan.partSize, plan.size - start) }
}
