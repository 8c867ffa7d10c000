/**
 * `npm run bench -- cold-start`: the cost of the first request to a new Lambda, compared with an
 * empty handler, the AWS SDK v3, and the first design of this project.
 *
 * @module
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installRuntimeClient } from '../../test/lambda/runtime-client.ts'
import { interleave } from '../harness/interleave.ts'
import { type Goal, type Section, table } from '../harness/results.ts'
import { ratioOf, type Spread, spreadOf } from '../harness/spread.ts'
import { type ColdStart, type Contestants, contestants } from './contestants.ts'
import { MEASURING, startInLambda, startInNode } from './one-start.ts'

const ROUNDS = 50

/** Milliseconds of CPU, round by round. */
type Cpu = ReadonlyMap<ColdStart, readonly number[]>

interface Measured {
  readonly inLambda: Cpu
  readonly inNode: Cpu
}

/** Runs the benchmark. */
export async function run(): Promise<Section> {
  const client = await installRuntimeClient()
  const folder = mkdtempSync(join(tmpdir(), 'waybill-cold-start-'))
  try {
    const all = await contestants(folder)
    const measured = await measure(all, folder, client)
    const text = `
CPU of a new process from its start until it has answered its first Function URL event, Node's own start included: under
Lambda's own runtime interface client (aws-lambda-ric, which loads \`node:http\`, so each function has it), and in a Node process that
does nothing but import the handler and call it. Waybill also checks the request against its rule and seals the waybill,
which the others do not; its secret comes from the environment, because no network is measured. Ratios are computed for each
round. *Its cryptography* is an empty handler that loads Node's crypto and computes what a first form needs: no signer that seals can
start faster. The rest is V8, which reads 100 KB of code and compiles each function at its first call.

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

async function measure(all: Contestants, folder: string, client: string): Promise<Measured> {
  const measuring = join(folder, 'measuring.mjs')
  writeFileSync(measuring, MEASURING)
  const inNode = new Map<ColdStart, number[]>()
  const inLambda = await interleave(listOf(all), ROUNDS, async (contestant) => {
    const alone = await startInNode(contestant, measuring)
    inNode.set(contestant, [...(inNode.get(contestant) ?? []), alone])
    return startInLambda(contestant, folder, client)
  })
  return { inLambda, inNode }
}

function tableOf(all: Contestants, { inLambda, inNode }: Measured): string {
  const rows = listOf(all).map((contestant) => [
    contestant.name,
    ...cellsOf(inLambda, contestant, all.empty),
    ...cellsOf(inNode, contestant, all.empty),
    `${(contestant.gzip / 1000).toFixed(1)} KB`,
  ])
  const of = 'of an empty handler'
  return table([['first request', 'in Lambda', of, 'in Node alone', of, 'bundle, gzip'], ...rows])
}

function cellsOf(cpu: Cpu, contestant: ColdStart, empty: ColdStart): [string, string] {
  const own = cpu.get(contestant) ?? []
  return [show(spreadOf(own), 'ms'), show(ratioOf(own, cpu.get(empty) ?? []), '×', 2)]
}

function goalsOf({ empty, waybill, sdk3 }: Contestants, { inLambda }: Measured): Goal[] {
  const of = (contestant: ColdStart) => inLambda.get(contestant) ?? []
  const overEmpty = ratioOf(of(waybill), of(empty))
  const extra = (contestant: ColdStart) =>
    of(contestant).map((value, round) => value - (of(empty)[round] ?? Number.NaN))
  const share = ratioOf(extra(waybill), extra(sdk3))
  return [
    {
      goal: "CPU ≤ 1.55 × an empty handler's, in Lambda",
      measured: show(overEmpty, '×', 2),
      met: overEmpty.median <= 1.55,
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
