/**
 * `npm run bench -- cold-start`: the cost of the first request to a new Lambda, compared with an
 * empty handler, the AWS SDK v3, and the first design of this project.
 *
 * @module
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { interleave } from '../harness/interleave.ts'
import { type Goal, type Section, table } from '../harness/results.ts'
import { ratioOf, type Spread, spreadOf } from '../harness/spread.ts'
import { type ColdStart, type Contestants, contestants } from './contestants.ts'
import { startOnce } from './one-start.ts'

const ROUNDS = 15

interface Measured {
  readonly cpuMs: ReadonlyMap<ColdStart, readonly number[]>
  readonly wallMs: ReadonlyMap<ColdStart, readonly number[]>
}

/** Runs the benchmark. */
export async function run(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-cold-start-'))
  try {
    const all = await contestants(folder)
    const measured = await measure(all)
    const text = `
A fresh Node process imports the handler's bundle, answers one Function URL event and ends: CPU of the whole process,
Node's own start included. Waybill also checks the request against its rule and seals the waybill, which the others do
not; its secret comes from the environment, as no network is measured. Ratios are taken round by round. *Its cryptography* is
an empty handler that loads Node's crypto and computes what a first form needs: no signer that seals can start quicker. The
rest is V8: it reads 100 KB of code (4 ms) and compiles each function at its first call (8 ms), nothing of which is computation.

${tableOf(all, measured)}`
    return { text, goals: goalsOf(all, measured) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The contestants in the order of the table. */
function listOf({ empty, crypto, waybill, sdk3, seed }: Contestants): ColdStart[] {
  return [empty, crypto, waybill, sdk3, seed]
}

async function measure(all: Contestants): Promise<Measured> {
  const wallMs = new Map<ColdStart, number[]>()
  const cpuMs = await interleave(listOf(all), ROUNDS, async (contestant) => {
    const start = await startOnce(contestant)
    wallMs.set(contestant, [...(wallMs.get(contestant) ?? []), start.wallMs])
    return start.cpuMs
  })
  return { cpuMs, wallMs }
}

function tableOf(all: Contestants, { cpuMs, wallMs }: Measured): string {
  const base = cpuMs.get(all.empty) ?? []
  const rows = listOf(all).map((contestant) => [
    contestant.name,
    show(spreadOf(cpuMs.get(contestant) ?? []), 'ms'),
    show(ratioOf(cpuMs.get(contestant) ?? [], base), '×', 2),
    // The first start is a warm-up for CPU and wall clock.
    show(spreadOf((wallMs.get(contestant) ?? []).slice(1)), 'ms'),
    `${(contestant.gzip / 1000).toFixed(1)} KB`,
  ])
  const head = ['first request', 'CPU', 'of an empty handler', 'wall clock', 'bundle, gzip']
  return table([head, ...rows])
}

function goalsOf({ empty, crypto, waybill, sdk3 }: Contestants, { cpuMs }: Measured): Goal[] {
  const of = (contestant: ColdStart) => cpuMs.get(contestant) ?? []
  const overCrypto = ratioOf(of(waybill), of(crypto))
  const extra = (contestant: ColdStart) =>
    of(contestant).map((value, round) => value - (of(empty)[round] ?? Number.NaN))
  const share = ratioOf(extra(waybill), extra(sdk3))
  return [
    {
      goal: 'CPU ≤ 1.5 × its cryptography alone',
      measured: show(overCrypto, '×', 2),
      met: overCrypto.median <= 1.5,
    },
    {
      goal: "≤ 0.3 × the AWS SDK v3's extra over an empty handler",
      measured: show(share, '×', 2),
      met: share.median <= 0.3,
    },
    {
      goal: 'bundle ≤ 40 KB after gzip',
      measured: `${(waybill.gzip / 1000).toFixed(1)} KB`,
      met: waybill.gzip <= 40_000,
    },
  ]
}

function show({ median, low, high }: Spread, unit: string, digits = 1): string {
  const [m, l, h] = [median, low, high].map((value) => value.toFixed(digits))
  return `${m} ${unit} (${l}–${h})`
}
