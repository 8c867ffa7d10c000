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
    const text = `
CPU of the server's process for one call that creates an upload of one file with SHA-256: HTTP through \`node:http\`,
32 connections, the client in another process, ${CALLS.toLocaleString('en')} calls a round. Each signs with the access key of a user; a form of
each server is verified before. Signers by hand check caller, type, size and SHA-256 and sign. Waybill also checks the
origin and all else of the file, seals the waybill and authenticates it for the client. Against ${sdkVersion()} and ${peerVersion('fastify')}
(which runs the signer by hand, not Waybill's).

${tableOf(all, scores)}`
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
      show(spreadOf(micros), 'µs', 0),
      show(ratioOf(micros, limit), '×'),
      `${(contestant.length / 1000).toFixed(1)} KB`,
    ]
  })
  return table([['server', 'CPU of a call', 'of the limit', 'answer'], ...rows])
}

function goalsOf(all: HttpContestants, scores: Scores<HttpContestant>): Goal[] {
  const of = (contestant: HttpContestant) => scores.get(contestant) ?? []
  return [all.waybill, all.waybillEvents].map((contestant) => {
    const micros = spreadOf(of(contestant))
    return {
      goal: `${contestant.name}: ≤ 90 µs`,
      measured: show(micros, 'µs', 0),
      met: micros.median <= 90,
    }
  })
}

function show({ median, low, high }: Spread, unit: string, digits = 2): string {
  const [m, l, h] = [median, low, high].map((value) => value.toFixed(digits))
  return `${m} ${unit} (${l}–${h})`
}
