/**
 * `npm run bench -- signing`: the CPU time of a signature, compared with the unavoidable hashes and
 * with usual libraries.
 *
 * @module
 */

import { type CpuContestant, cpuMicrosPerResult } from '../harness/cpu-time.ts'
import { interleave, type Scores } from '../harness/interleave.ts'
import { peerVersion, sdkVersion } from '../harness/packages.ts'
import { atLeast, atMost, type Options, type Section, table } from '../harness/results.ts'
import { ratioOf, show, spreadOf } from '../harness/spread.ts'
import { partContestants } from './part-contestants.ts'
import { postContestants } from './post-contestants.ts'

const ROUNDS = 11

/** Runs the benchmark. */
export async function run({ isQuick }: Options): Promise<Section> {
  const posts = await postContestants()
  const parts = await partContestants()
  // All in one run, so that both tables have the same conditions.
  const all = [...listOf(posts), ...listOf(parts)]
  const scores = await interleave(all, isQuick ? 1 : ROUNDS, cpuMicrosPerResult)
  const ratio = (of: CpuContestant, base: CpuContestant) =>
    ratioOf(scores.get(of) ?? [], scores.get(base) ?? [])
  const peers = [sdkVersion(), peerVersion('minio'), peerVersion('aws4fetch')].join(', ')
  const text = `
CPU time of the whole process. Role credentials with an 800-character session token; the same key, type and size for
all; each contestant's signature is verified before it is measured. Against ${peers}.

${tableOf('presigned POST', posts, scores)}

Waybill keeps the signing key and the encoded beginning of the policy for a day and the dates of a form for a second.
aws4fetch has no presigned POST.

${tableOf('URL of a part', parts, scores)}`
  const goals = [
    atLeast('presigned POST ≥ 10 × AWS SDK v3', ratio(posts.sdk, posts.waybill), 10, '×', 1),
    atMost('presigned POST ≤ 3.5 × the bare HMAC', ratio(posts.waybill, posts.limit), 3.5, '×', 1),
    atLeast(
      'part URLs ≥ 40 × AWS SDK v3, 10,000 in one window',
      ratio(parts.sdk, parts.waybill),
      40,
      '×',
      1,
    ),
  ]
  return { text, goals }
}

type Contestants = Awaited<ReturnType<typeof postContestants>>

function listOf({ limit, waybill, sdk, others }: Contestants): CpuContestant[] {
  return [limit, waybill, ...others, sdk]
}

function tableOf(title: string, contestants: Contestants, scores: Scores<CpuContestant>): string {
  const limit = scores.get(contestants.limit) ?? []
  const thousands = (value: number) => Math.round(value).toLocaleString('en')
  const rows = listOf(contestants).map((contestant) => {
    const micros = scores.get(contestant) ?? []
    const { median, low, high } = spreadOf(micros.map((value) => 1e6 / value))
    return [
      contestant.name,
      `${thousands(median)} (${thousands(low)}–${thousands(high)})`,
      show(spreadOf(micros), 'µs', 1),
      `${ratioOf(micros, limit).median.toFixed(1)} ×`,
    ]
  })
  return table([[title, 'per second of CPU', 'CPU each', 'of the limit'], ...rows])
}
