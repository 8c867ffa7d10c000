/**
 * `npm run bench -- http`: the CPU that a server spends on one call of a page, over HTTP, compared
 * with signers written by hand and with the AWS SDK.
 *
 * @module
 */

import { peerVersion } from '../harness/install-peers.ts'
import { interleave, type Scores } from '../harness/interleave.ts'
import { type Goal, type Section, table } from '../harness/results.ts'
import { ratioOf, type Spread, spreadOf } from '../harness/spread.ts'
import { sdkVersion } from '../signing/sdk-version.ts'
import {
  cpuMicrosPerCall,
  end,
  type HttpContestant,
  type HttpContestants,
  startContestants,
  startLoad,
} from './contestants.ts'

/** Short rounds: a long one always has some moment in which other processes take the machine. */
const ROUNDS = 41
const CALLS = 1_500
/** So many calls until all of the code is compiled. */
const WARM_UP_ROUNDS = 9

/** Runs the benchmark. */
export async function run(): Promise<Section> {
  const all = await startContestants()
  const load = await startLoad()
  try {
    const scores = await interleave(
      listOf(all),
      ROUNDS,
      (contestant) => cpuMicrosPerCall(load, contestant, CALLS),
      WARM_UP_ROUNDS,
    )
    const byHand = (ours: HttpContestant) => leastRatio(scores, ours, all.handWritten).toFixed(2)
    const text = `
CPU of the server's process for one call that creates an upload of one file with SHA-256: HTTP through \`node:http\`,
32 connections, with the client in another process, ${CALLS.toLocaleString('en')} calls a round. Each signs with the access key of a user; a form of
each server is verified before. The signers by hand check caller, type, size and SHA-256, and sign. Waybill also checks the
origin and the rest of the file's description, seals the waybill and authenticates it for the client. Against ${sdkVersion()} and ${peerVersion('fastify')}
(which runs the signer by hand, not Waybill's). Other processes on the machine can only slow a round down, so the goals use
the rounds with the least CPU, and ratios.

${tableOf(all, scores)}

The ratio to the signer by hand, which seals nothing, depends on the processor and is no goal: ${byHand(all.waybill)} ×,
with onEvent ${byHand(all.waybillEvents)} ×. The same call without HTTP, in a loop, takes half the time: between two requests the
kernel, the parser and other processes empty the CPU's caches, so the amount of code that a call runs decides.`
    return { text, goals: goalsOf(all, scores) }
  } finally {
    for (const { child } of listOf(all)) await end(child)
    await end(load)
  }
}

/** The contestants in the order of the table. */
function listOf({
  limit,
  handWritten,
  fastify,
  sdk,
  waybill,
  waybillEvents,
}: HttpContestants): HttpContestant[] {
  return [limit, handWritten, fastify, sdk, waybill, waybillEvents]
}

function tableOf(all: HttpContestants, scores: Scores<HttpContestant>): string {
  const limit = scores.get(all.limit) ?? []
  const rows = listOf(all).map((contestant) => {
    const micros = scores.get(contestant) ?? []
    return [
      contestant.name,
      `${leastOf(micros).toFixed(0)} µs`,
      `${(leastOf(micros) / leastOf(limit)).toFixed(2)} ×`,
      show(spreadOf(micros), 'µs', 0),
      show(ratioOf(micros, limit), '×'),
      `${(contestant.length / 1000).toFixed(1)} KB`,
    ]
  })
  const head = ['server', 'CPU, least', 'of the limit', 'median', 'of the limit', 'answer']
  return table([head, ...rows])
}

function goalsOf(all: HttpContestants, scores: Scores<HttpContestant>): Goal[] {
  return [all.waybill, all.waybillEvents].map((contestant) => {
    const ratio = leastRatio(scores, contestant, all.sdk)
    return {
      goal: `${contestant.name}: below the AWS SDK v3, which seals nothing`,
      measured: `${ratio.toFixed(2)} ×`,
      met: ratio < 1,
    }
  })
}

function leastRatio(
  scores: Scores<HttpContestant>,
  ours: HttpContestant,
  theirs: HttpContestant,
): number {
  return leastOf(scores.get(ours) ?? []) / leastOf(scores.get(theirs) ?? [])
}

/** Other processes on the machine only ever add: they take the caches and half of a core. */
function leastOf(micros: readonly number[]): number {
  return Math.min(...micros)
}

function show({ median, low, high }: Spread, unit: string, digits = 2): string {
  const [m, l, h] = [median, low, high].map((value) => value.toFixed(digits))
  return `${m} ${unit} (${l}–${h})`
}
