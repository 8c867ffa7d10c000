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
32 connections, with the client in another process, ${CALLS.toLocaleString('en')} calls a round. Each signs with the access key of a user; a form of
each server is verified before. The signers by hand check caller, type, size and SHA-256, and sign. Waybill also checks the
origin and the rest of the file's description, seals the waybill and authenticates it for the client. Against ${sdkVersion()} and ${peerVersion('fastify')}
(which runs the signer by hand, not Waybill's). Other processes on the machine can only slow a round down, so the goals use
the rounds with the least CPU, and ratios.

${tableOf(all, scores)}

Where Waybill's time goes, found by answering a constant and adding one step at a time (least of 25 rounds): HTTP itself 21 µs,
reading the call and writing the answer 15, the seal 17 (AES-GCM alone 13), the form 8, its code for the client 4, JSON
of the answer 3; the rest are checks and promises. The same call without HTTP, in a loop, takes half the time: between two requests the
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
  const least = (contestant: HttpContestant) => leastOf(scores.get(contestant) ?? [])
  return [all.waybill, all.waybillEvents].flatMap((contestant) => {
    const byHand = least(contestant) / least(all.handWritten)
    const ofSdk = least(contestant) / least(all.sdk)
    return [
      {
        goal: `${contestant.name}: ≤ 1.6 × the signer by hand, which seals nothing`,
        measured: `${byHand.toFixed(2)} ×`,
        met: byHand <= 1.6,
      },
      {
        goal: `${contestant.name}: below the AWS SDK v3, which seals nothing`,
        measured: `${ofSdk.toFixed(2)} ×`,
        met: ofSdk < 1,
      },
    ]
  })
}

/** Other processes on the machine only ever add: they take the caches and half of a core. */
function leastOf(micros: readonly number[]): number {
  return Math.min(...micros)
}

function show({ median, low, high }: Spread, unit: string, digits = 2): string {
  const [m, l, h] = [median, low, high].map((value) => value.toFixed(digits))
  return `${m} ${unit} (${l}–${h})`
}
