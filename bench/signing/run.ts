/**
 * `npm run bench -- signing`: the CPU time of a signature, compared with the unavoidable hashes and
 * with usual libraries.
 *
 * @module
 */

import { type CpuContestant, cpuMicrosPerResult } from '../harness/cpu-time.ts'
import { peerVersion } from '../harness/install-peers.ts'
import { interleave, type Scores } from '../harness/interleave.ts'
import { type Goal, type Section, table } from '../harness/results.ts'
import { ratioOf, type Spread, spreadOf } from '../harness/spread.ts'
import { partContestants } from './part-contestants.ts'
import { postContestants } from './post-contestants.ts'
import { sdkVersion } from './sdk-version.ts'

const ROUNDS = 11

/** Runs the benchmark. */
export async function run(): Promise<Section> {
  const posts = await postContestants()
  const parts = await partContestants()
  // All in one run, so that both tables have the same conditions.
  const all = [...listOf(posts), ...listOf(parts)]
  const scores = await interleave(all, ROUNDS, cpuMicrosPerResult)
  const peers = [sdkVersion(), peerVersion('minio'), peerVersion('aws4fetch')].join(', ')
  const text = `
CPU time of the whole process. Role credentials with an 800-character session token; the same key, type and size for
all; each contestant's signature is verified before it is measured. Against ${peers}.

${tableOf('presigned POST', posts, scores)}

Waybill keeps the signing key and the encoded beginning of the policy for a day and the dates of a form for a second.
aws4fetch has no presigned POST.

${tableOf('URL of a part', parts, scores)}`
  return { text, goals: [...postGoals(posts, scores), ...partGoals(parts, scores)] }
}

type Contestants = Awaited<ReturnType<typeof postContestants>>

function listOf({ limit, waybill, sdk, others }: Contestants): CpuContestant[] {
  return [limit, waybill, ...others, sdk]
}

function tableOf(title: string, contestants: Contestants, scores: Scores<CpuContestant>): string {
  const limit = scores.get(contestants.limit) ?? []
  const rows = listOf(contestants).map((contestant) => {
    const micros = scores.get(contestant) ?? []
    const perSecond = spreadOf(micros.map((value) => 1e6 / value))
    return [
      contestant.name,
      `${thousands(perSecond.median)} (${thousands(perSecond.low)}–${thousands(perSecond.high)})`,
      show(spreadOf(micros), 'µs'),
      `${ratioOf(micros, limit).median.toFixed(1)} ×`,
    ]
  })
  return table([[title, 'per second of CPU', 'CPU each', 'of the limit'], ...rows])
}

function postGoals({ limit, waybill, sdk }: Contestants, scores: Scores<CpuContestant>): Goal[] {
  const faster = ratioOf(scores.get(sdk) ?? [], scores.get(waybill) ?? [])
  const distance = ratioOf(scores.get(waybill) ?? [], scores.get(limit) ?? [])
  return [
    {
      goal: 'presigned POST ≥ 10 × AWS SDK v3',
      measured: show(faster, '×'),
      met: faster.median >= 10,
    },
    {
      goal: 'presigned POST ≤ 3.5 × the bare HMAC',
      measured: show(distance, '×'),
      met: distance.median <= 3.5,
    },
  ]
}

function partGoals({ waybill, sdk }: Contestants, scores: Scores<CpuContestant>): Goal[] {
  const faster = ratioOf(scores.get(sdk) ?? [], scores.get(waybill) ?? [])
  return [
    {
      goal: 'part URLs ≥ 40 × AWS SDK v3, 10,000 in one window',
      measured: show(faster, '×'),
      met: faster.median >= 40,
    },
  ]
}

function show({ median, low, high }: Spread, unit: string): string {
  return `${median.toFixed(1)} ${unit} (${low.toFixed(1)}–${high.toFixed(1)})`
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en')
}
