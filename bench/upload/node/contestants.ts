/**
 * Who takes part in Node. Each is loaded alone, so that nobody pays for the modules of another.
 *
 * @module
 */

import type { NodeContestant } from './contestant.ts'

export const CONTESTANTS: Readonly<Record<string, () => Promise<NodeContestant>>> = {
  fetch: async () => (await import('./fetch.ts')).contestant,
  'fetch-6': async () => (await import('./fetch-6.ts')).contestant,
  waybill: async () => (await import('./waybill.ts')).contestant,
  'lib-storage': async () => (await import('./lib-storage.ts')).contestant,
}
