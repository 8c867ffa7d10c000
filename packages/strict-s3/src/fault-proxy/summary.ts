/**
 * What a proxy did, for people who read a test's output.
 *
 * @module
 */

import type { RecordedExchange } from './fault.ts'

/** @returns A few lines: how many requests, how many of each operation and fault. */
export function summarize(
  name: string,
  exchanges: readonly RecordedExchange[],
  refusedConnections: number,
): string {
  const faulted = exchanges.filter((exchange) => exchange.fault)
  const received = exchanges.reduce((sum, exchange) => sum + exchange.received, 0)
  const share = exchanges.length === 0 ? 0 : (100 * faulted.length) / exchanges.length
  const lines = [
    `${name}: ${exchanges.length} requests, ${faulted.length} faulted (${share.toFixed(1)} %), ` +
      `${refusedConnections} connections refused, ${received} bytes received`,
    tally(exchanges.map(({ request }) => request.operation.split(' ')[0] ?? '')),
    tally(faulted.map(({ fault }) => fault?.kind ?? '')),
  ]
  return lines.filter((line) => line !== '').join('\n  ')
}

function tally(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .sort(([, left], [, right]) => right - left)
    .map(([name, count]) => `${name} ${count}`)
    .join(' · ')
}
