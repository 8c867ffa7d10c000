/**
 * `npm run bench -- cold-start`: the cost of the first request to a new Lambda, compared with an
 * empty handler, the AWS SDK v3, and the first design of this project.
 *
 * @module
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installRuntimeClient } from '../../packages/waybill-aws/test/lambda/runtime-client.ts'
import { interleave } from '../harness/interleave.ts'
import { atMost, type Options, type Section, table } from '../harness/results.ts'
import { ratioOf, show, spreadOf } from '../harness/spread.ts'
import { type ColdStart, contestants } from './contestants.ts'
import { prepareStarts } from './one-start.ts'

const ROUNDS = 50

/** Runs the benchmark. */
export async function run({ isQuick }: Options): Promise<Section> {
  const client = await installRuntimeClient()
  const folder = mkdtempSync(join(tmpdir(), 'waybill-cold-start-'))
  try {
    const all = await contestants(folder)
    const [empty, , waybill, sdk3] = all
    const { inNode, inLambda } = prepareStarts(folder, client)
    const scores = await interleave(all, isQuick ? 1 : ROUNDS, async (contestant) => ({
      inNode: await inNode(contestant),
      inLambda: await inLambda(contestant),
    }))
    type Where = 'inLambda' | 'inNode'
    const cpuMs = (contestant: ColdStart, where: Where) =>
      scores.get(contestant)?.map((cost) => cost[where]) ?? []
    const cells = (contestant: ColdStart, where: Where) => [
      show(spreadOf(cpuMs(contestant, where)), 'ms', 1),
      show(ratioOf(cpuMs(contestant, where), cpuMs(empty, where)), '×'),
    ]
    const rows = all.map((contestant) => [
      contestant.name,
      ...cells(contestant, 'inLambda'),
      ...cells(contestant, 'inNode'),
      kilobytes(contestant.gzip),
    ])
    const of = 'of an empty handler'
    const text = `
CPU of a new process from its start until it has answered its first Function URL event, Node's own start included: under
Lambda's own runtime interface client (aws-lambda-ric, which loads \`node:http\`, so each function has it), and in a Node process that
does nothing but import the handler and call it. Waybill also checks the request against its rule and seals the waybill,
which the others do not; its secret comes from the environment, because no network is measured. Ratios are computed for each
round. *Its cryptography* is an empty handler that loads Node's crypto and computes what a first form needs: no signer that seals can
start faster. The rest is V8, which reads 100 KB of code and compiles each function at its first call.

${table([['first request', 'in Lambda', of, 'in Node alone', of, 'bundle, gzip'], ...rows])}`
    const inAll = (contestant: ColdStart) => cpuMs(contestant, 'inLambda')
    const extra = (contestant: ColdStart) =>
      inAll(contestant).map((value, round) => value - (inAll(empty)[round] ?? Number.NaN))
    return {
      text,
      goals: [
        atMost(
          "CPU ≤ 1.55 × an empty handler's, in Lambda",
          ratioOf(inAll(waybill), inAll(empty)),
          1.55,
          '×',
        ),
        atMost(
          "≤ 0.3 × the AWS SDK v3's extra over an empty handler",
          ratioOf(extra(waybill), extra(sdk3)),
          0.3,
          '×',
        ),
        {
          goal: 'bundle ≤ 40 KB after gzip',
          measured: kilobytes(waybill.gzip),
          met: waybill.gzip <= 40_000,
        },
      ],
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`
}
