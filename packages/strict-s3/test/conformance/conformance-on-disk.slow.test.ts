/**
 * Holds the local S3, on disk, against the tables.
 *
 * Slow: hundreds of buckets on a disk. `conformance.test.ts` has the same cases in memory,
 * `packages/strict-s3/test/strict-s3.test.ts` and `packages/strict-s3/test/durability` what a disk adds.
 *
 * @module
 */

import { describe } from 'vitest'
import { holdAgainstTables } from './hold-against.ts'

describe('startStrictS3 with a store on disk', () => holdAgainstTables('disk'))
