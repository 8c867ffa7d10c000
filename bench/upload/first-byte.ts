/**
 * `npm run bench -- first-byte`: from the call to the first byte of the file at S3, on a line of
 * 100 ms there and back that loses nothing, in round trips.
 *
 * @module
 */

import { type Contestant, interleave } from '../harness/interleave.ts'
import { buildPackage } from '../harness/packages.ts'
import { atMost, type Options, type Section, table } from '../harness/results.ts'
import { makeScratch, type Scratch } from '../harness/scratch.ts'
import { show, spreadOf } from '../harness/spread.ts'
import { makeFiles, type Platform } from './contestants.ts'
import { badLineObstacle, onBadLine, type Place } from './place.ts'
import { openSystem } from './system.ts'

const ONE_WAY_MS = 50
/** Hashing, CPU of both sides and timers may take so much of a round trip. */
const TOLERANCE = 0.35

/** Who sends one file, and how many round trips are expected until its first byte leaves. */
interface Beginner extends Contestant {
  readonly platform: Platform
  readonly title: string
  /** Round trips; missing where only counting tells. */
  readonly expected: number | undefined
  /** What they are. */
  readonly why: string
}

/** In a page that was loaded from the signer's host, so that there is a connection to it. */
const IN_CHROMIUM: readonly Beginner[] = [
  beginner('Chromium', 'fetch', 'limit: bare `fetch`, signed before', 1, 'TCP to S3'),
  beginner('Chromium', 'waybill', 'waybill, cold', 2, 'create, TCP to S3'),
  beginner('Chromium', 'waybill-again', 'waybill, second file', 1, 'create'),
  beginner(
    'Chromium',
    'better-upload',
    'Better Upload',
    undefined,
    'signing, TCP to S3, preflight',
  ),
  beginner('Chromium', 'uppy', 'Uppy', undefined, 'signing, TCP to S3, preflight'),
]

/** In a new process. */
const IN_NODE: readonly Beginner[] = [
  beginner('Node', 'fetch', 'limit: bare `fetch`, signed before', 1, 'TCP to S3'),
  beginner('Node', 'waybill', 'waybill, cold', 3, 'TCP to the signer, create, TCP to S3'),
  beginner('Node', 'waybill-warm', 'waybill after `warm()`', 1, 'create'),
  beginner('Node', 'waybill-again', 'waybill, second file', 1, 'create'),
  beginner('Node', 'lib-storage', 'lib-storage', undefined, 'TCP to S3: it has the credentials'),
  beginner('Node', 'files-sdk', 'files-sdk', undefined, 'TCP to S3: it has the credentials'),
]

function beginner(
  platform: Platform,
  name: string,
  title: string,
  expected: number | undefined,
  why: string,
): Beginner {
  return { platform, name, title, expected, why }
}

/** Runs the benchmark. @throws {Error} Where there can be no line. */
export async function run({ isQuick }: Options): Promise<Section> {
  const obstacle = badLineObstacle()
  if (obstacle) throw new Error(`no line on this machine: ${obstacle}`)
  buildPackage()
  const scratch = makeScratch(1e9)
  try {
    const line = { delayMs: ONE_WAY_MS, lossPercent: 0 }
    return await onBadLine(scratch, (place) => measure(place, isQuick, scratch), line)
  } finally {
    scratch.remove()
  }
}

async function measure(place: Place, isQuick: boolean, scratch: Scratch): Promise<Section> {
  const system = await openSystem(place, scratch)
  const files = makeFiles({ name: '', count: 1, size: 100_000 }, scratch.directory('file'))
  /** @returns Round trips until the first byte left. */
  const tripsOf = async ({ platform, name }: Beginner) => {
    const { startedAt, headsAt } = await system.upload(platform, name, files)
    const first = headsAt.find((at) => at >= startedAt)
    if (first === undefined) throw new Error(`no byte of ${name} has come`)
    return (first - startedAt - ONE_WAY_MS) / (2 * ONE_WAY_MS)
  }
  try {
    const rounds = isQuick ? 1 : 7
    const inChromium = await interleave(IN_CHROMIUM, rounds, tripsOf, 0)
    const inNode = await interleave(IN_NODE, rounds, tripsOf, 0)
    const all = [...inChromium, ...inNode].map(([one, trips]) => ({
      ...one,
      trips: spreadOf(trips),
    }))
    const rows = all.map(({ platform, title, trips, expected, why }) => [
      ...[platform, title, show(trips)],
      ...[expected === undefined ? '' : String(expected), why],
    ])
    const goals = all.flatMap(({ platform, title, trips, expected }) => {
      if (expected === undefined || !title.startsWith('waybill')) return []
      const goal = `${platform}, ${title}: ${expected} round trip${expected === 1 ? '' : 's'} and the hash`
      return atMost(goal, trips, expected + TOLERANCE)
    })
    const tripsTable = table([['from', '', 'round trips', 'expected', 'which'], ...rows])
    return { text: `${METHOD}\n\n${tripsTable}`, goals }
  } finally {
    await system.close()
  }
}

const METHOD = `
One file of 100 KB over a line with a round trip of 100 ms and without loss. The time runs from \`upload()\` until S3 sees the head of the request
that carries the file, less the one-way delay, and is given in round trips (7 rounds, medians, quartiles in
brackets). Everything is as in \`upload\`: HTTP without TLS, which would add one round trip for each host; a page of the
signer's own host, so that a browser has a connection to it and calls it without a preflight. A signer on another host costs two more
round trips in a cold page, TCP and the preflight of \`create\`; \`warm()\` saves the first of them. A test counts what \`warm()\` opens in a page
(\`packages/waybill/test/client/browser/warm.test.ts\`), not this benchmark: the private windows of this harness ignore connection hints. The fractions of a round trip are
the hash, signing, and the CPU of both sides.`.trim()
