/**
 * Holds the local S3, in memory, against the tables.
 *
 * @module
 */

import { describe } from 'vitest'
import { holdAgainstTables } from './hold-against.ts'

describe('startStrictS3 with a store in memory', () => holdAgainstTables('memory'))
