import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { objectKey, partOf, planParts } from 'waybill-s3'
import { LIMITS, MORE_LIMITS } from '../src/multipart-limits.ts'
import { MAX_EXPIRES_IN_SECONDS } from '../src/sigv4/presigned-expiration.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3

/** Sizes anywhere, and at the edges where a part is won or lost. */
const size = fc.oneof(
  fc.integer({ min: 1, max: LIMITS.maxObjectSize }),
  fc
    .tuple(fc.integer({ min: 1, max: 4768 }), fc.integer({ min: -1, max: 1 }))
    .map(([mib, off]) => mib * MIB * LIMITS.maxParts + off),
)
const partSize = fc.oneof(
  fc.integer({ min: LIMITS.minPartSize, max: LIMITS.maxPartSize }),
  fc.constantFrom<number>(LIMITS.minPartSize, 8 * MIB, LIMITS.maxPartSize),
)

describe('LIMITS', () => {
  it("has AWS's numbers: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html", () => {
    expect(LIMITS).toEqual({
      minPartSize: 5_242_880,
      maxPartSize: 5_368_709_120,
      maxParts: 10_000,
      maxObjectSize: 50_000_000_000_000,
      maxSingleUploadSize: 5_368_709_120,
      maxKeySize: 1024,
      maxMetadataSize: 2048,
      maxExpiresInSeconds: 7 * 24 * 60 * 60,
    })
    expect(MORE_LIMITS).toEqual({
      maxSkewSeconds: 15 * 60,
      maxHeaderSize: 8192,
      maxFormFieldsSize: 20_480,
      maxBucketPolicySize: 20_480,
      maxObjectTags: 10,
      maxListed: 1000,
    })
  })
  it('has the numbers that keys and presigned requests repeat', () => {
    expect(MAX_EXPIRES_IN_SECONDS).toBe(LIMITS.maxExpiresInSeconds)
    expect(objectKey('a'.repeat(LIMITS.maxKeySize))).toHaveLength(LIMITS.maxKeySize)
    expect(() => objectKey('a'.repeat(LIMITS.maxKeySize + 1))).toThrow('expected 1 to 1024')
  })
})

describe('planParts', () => {
  it('stays within every S3 limit', () => {
    fc.assert(
      fc.property(size, partSize, (size, partSize) => {
        const plan = planParts(size, partSize)
        expect(plan.size).toBe(size)
        expect(plan.partCount).toBeGreaterThanOrEqual(1)
        expect(plan.partCount).toBeLessThanOrEqual(LIMITS.maxParts)
        expect(plan.partSize).toBeGreaterThanOrEqual(LIMITS.minPartSize)
        expect(plan.partSize).toBeLessThanOrEqual(LIMITS.maxPartSize)
      }),
    )
  })

  it('keeps the preferred part size whenever 10,000 such parts cover the object', () => {
    fc.assert(
      fc.property(size, partSize, (size, partSize) => {
        const plan = planParts(size, partSize)
        if (size <= partSize * LIMITS.maxParts) expect(plan.partSize).toBe(partSize)
        else {
          expect(plan.partSize % MIB).toBe(0)
          // The next smaller whole MiB would not do.
          expect((plan.partSize - MIB) * LIMITS.maxParts).toBeLessThan(size)
        }
      }),
    )
  })

  it('keeps the part size if 10,000 such parts hold the object', () => {
    const partSize = 5 * MIB + 1
    expect(planParts(10_000 * partSize, partSize)).toMatchObject({ partSize, partCount: 10_000 })
  })

  it('plans the largest object, 50 TB', () => {
    expect(planParts(50_000_000_000_000, 5 * MIB)).toEqual({
      size: 50_000_000_000_000,
      partSize: 4769 * MIB,
      partCount: 9999,
    })
  })

  it.each([0, -1, 1.5, Number.NaN, 50_000_000_000_001, Number.POSITIVE_INFINITY])(
    'rejects an object of %s bytes',
    (size) => {
      expect(() => planParts(size, 8 * MIB)).toThrow(
        new RangeError(`size is ${size} bytes, expected 1 to 50000000000000`),
      )
    },
  )

  it.each([0, 5 * MIB - 1, 5 * GIB + 1, 5 * MIB + 0.5, Number.NaN])(
    'rejects parts of %s bytes',
    (partSize) => {
      expect(() => planParts(1, partSize)).toThrow(
        new RangeError(`partSize is ${partSize} bytes, expected 5242880 to 5368709120`),
      )
    },
  )
})

describe('partOf', () => {
  it('covers the object without gaps or overlaps, with parts of equal length except the last', () => {
    fc.assert(
      fc.property(size, partSize, fc.nat(), (size, partSize, at) => {
        const plan = planParts(size, partSize)
        const partNumber = 1 + (at % plan.partCount)
        const part = partOf(plan, partNumber)
        const end = part.start + part.size
        expect(part.partNumber).toBe(partNumber)
        expect(part.start).toBe(
          partNumber === 1 ? 0 : partOf(plan, partNumber - 1).start + plan.partSize,
        )
        expect(part.size).toBeGreaterThanOrEqual(1)
        if (partNumber < plan.partCount) expect(part.size).toBe(plan.partSize)
        else expect(end).toBe(size)
      }),
    )
  })

  it('gives the last part the remaining bytes', () => {
    const plan = planParts(12 * MIB, 5 * MIB)
    expect(partOf(plan, 3)).toEqual({ partNumber: 3, start: 10 * MIB, size: 2 * MIB })
  })

  it.each([0, -1, 3, 1.5, Number.NaN])('rejects part %s of two', (partNumber) => {
    expect(() => partOf(planParts(10 * MIB, 5 * MIB), partNumber)).toThrow(
      new RangeError(`partNumber is ${partNumber}, expected 1 to 2`),
    )
  })
})
