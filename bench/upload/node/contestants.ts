/**
 * The contestants in Node. Each is loaded alone, so that none loads the modules of another.
 *
 * @module
 */

import type { NodeContestant } from './contestant.ts'

/** Loaders of the contestants, by name. */
export const CONTESTANTS: Readonly<Record<string, () => Promise<NodeContestant>>> = {
  fetch: async () => (await import('./fetch.ts')).contestant,
  'fetch-12': async () => (await import('./fetch-12.ts')).contestant,
  'fetch-6': async () => (await import('./fetch-6.ts')).contestant,
  'fetch-proven': async () => (await import('./fetch-proven.ts')).contestant,
  waybill: async () => (await import('./waybill.ts')).contestant,
  'files-sdk': async () => (await import('./files-sdk.ts')).contestant,
  'waybill-warm': async () => (await import('./waybill-warm.ts')).contestant,
  'waybill-again': async () => (await import('./waybill-again.ts')).contestant,
  'lib-storage': async () => (await import('./lib-storage.ts')).contestant,
}
