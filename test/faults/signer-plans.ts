/**
 * What happens to calls of a signer to which more files are sent than one call holds.
 *
 * @module
 */

import type { FaultPlan } from '../../packages/strict-s3/src/faults/fault.ts'

/** Five seconds of an outage have some six tries, each of three or four calls. */
const CALLS_WHILE_AWAY = 20
/** Three calls hold 300 files. */
const CALLS_LOST = 4 * 3

/** The signer does not answer its first calls. */
export const signerAway: FaultPlan = ({ number }) =>
  number < CALLS_WHILE_AWAY ? { kind: 'reset-request', afterBytes: 0 } : undefined

/** The signer completes the uploads, and its answers do not come back. */
export const answersToCompleteLost: FaultPlan = ({ path, attempt }) =>
  path.endsWith('/complete') && attempt < CALLS_LOST ? { kind: 'lose-response' } : undefined

/** @returns What `startSystem` stores files under whose names are their numbers. */
export function keysOfSmallFiles(count: number): Set<string> {
  return new Set(Array.from({ length: count }, (_, index) => `files/${index}`))
}
