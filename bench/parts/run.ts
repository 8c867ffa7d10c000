/**
 * `npm run bench -- parts`: the CPU that resuming and completing an upload of up to 10,000 parts
 * takes from the signer.
 *
 * @module
 */

import { interleave, type Scores } from '../harness/interleave.ts'
import { type Goal, type Section, table } from '../harness/results.ts'
import { ratioOf, type Spread, spreadOf } from '../harness/spread.ts'
import { endSize, resumeAndComplete, type Size, type Spent, startSize } from './contestants.ts'

const ROUNDS = 15
const WARM_UP_ROUNDS = 3
const SIZES = [1_000, 3_000, 10_000]

/** Runs the benchmark. */
export async function run(): Promise<Section> {
  const sizes = await Promise.all(SIZES.map(startSize))
  const spent = new Map<Size, Spent[]>(sizes.map((size) => [size, []]))
  try {
    const measure = async (size: Size) => {
      const each = await resumeAndComplete(size)
      spent.get(size)?.push(each)
      return each.list + each.sign + each.complete
    }
    const scores = await interleave(sizes, ROUNDS, measure, WARM_UP_ROUNDS)
    for (const each of spent.values()) each.splice(0, WARM_UP_ROUNDS)
    const text = `
CPU of the signer's process (\`toNodeHandler\`) for \`list\`, \`parts\` with the signatures of all parts, and \`complete\` of one
upload. S3 is a process that has all parts and checks nothing, so that its time stays apart: pages of 1,000 parts with
CRC64NVME, one after another, as S3 gives them. *Wall clock* is that of the three calls, S3 and client included.

${tableOf(sizes, scores, spent)}

${sentence(sizes.at(-1), spent)}`
    return { text, goals: goalsOf(sizes, scores) }
  } finally {
    for (const size of sizes) await endSize(size)
  }
}

function tableOf(
  sizes: readonly Size[],
  scores: Scores<Size>,
  spent: ReadonlyMap<Size, readonly Spent[]>,
): string {
  const rows = sizes.map((size) => {
    const cpu = scores.get(size) ?? []
    const median = (of: keyof Spent) => medianOf(spent.get(size) ?? [], of)
    return [
      size.name,
      `${median('list')} ms`,
      `${median('sign')} ms`,
      `${median('complete')} ms`,
      show(spreadOf(cpu), 'ms'),
      show(spreadOf(cpu.map((ms) => (ms * 1000) / size.parts)), 'µs'),
      `${median('s3')} ms`,
      `${median('wall')} ms`,
    ]
  })
  const head = ['parts', 'list', 'sign', 'complete', 'signer in all', 'a part', 'S3', 'wall clock']
  return table([head, ...rows])
}

function sentence(largest: Size | undefined, spent: ReadonlyMap<Size, readonly Spent[]>): string {
  const all = (largest && spent.get(largest)) ?? []
  const [list, sign, complete] = (['list', 'sign', 'complete'] as const).map((of) =>
    medianOf(all, of),
  )
  return `Where it goes, of ${largest?.name} parts: ${sign} ms are signatures (a hash and an HMAC each), ${list} ms reading ten pages of XML and
writing them as JSON, ${complete} ms the same pages again (the signer does not trust a list from a client) and the XML that names each part.`
}

function medianOf(all: readonly Spent[], of: keyof Spent): string {
  return spreadOf(all.map((each) => each[of])).median.toFixed(0)
}

function goalsOf(sizes: readonly Size[], scores: Scores<Size>): Goal[] {
  const perPart = (size: Size | undefined) =>
    (size && scores.get(size))?.map((ms) => ms / size.parts) ?? []
  const largest = sizes.at(-1)
  const cpu = spreadOf((largest && scores.get(largest)) ?? [])
  const growth = ratioOf(perPart(largest), perPart(sizes[0]))
  return [
    {
      goal: '10,000 parts: ≤ 2 s of the signer',
      measured: show(cpu, 'ms'),
      met: cpu.median <= 2000,
    },
    {
      goal: 'linear: a part of 10,000 ≤ 1.2 × a part of 1,000',
      measured: show(growth, '×', 2),
      met: growth.median <= 1.2,
    },
  ]
}

function show({ median, low, high }: Spread, unit: string, digits = 0): string {
  const [m, l, h] = [median, low, high].map((value) => value.toFixed(digits))
  return `${m} ${unit} (${l}–${h})`
}
