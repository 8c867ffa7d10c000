/**
 * All pairs.
 *
 * @module
 */

import { HTTP_PAIRS } from './http-pairs.ts'
import type { Pair } from './pair.ts'
import { SIGNING_PAIRS } from './signing-pairs.ts'

export const PAIRS: readonly Pair[] = [...SIGNING_PAIRS, ...HTTP_PAIRS]
