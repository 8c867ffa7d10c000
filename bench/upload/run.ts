/**
 * `npm run bench -- upload`: uploads from Chromium and Node to the local S3, on loopback and on a
 * bad line, compared with bare requests and with usual libraries.
 *
 *     npm run bench -- upload [--on loopback|bad-line [--size 32|96|256]] [--quick]
 *
 * Each place has its own section; `--on` measures only one. On the bad line twelve connections over
 * both host names of the bucket have a section for each size in MiB; `--size` measures only one.
 *
 * @module
 */

import { buildPackage, peerVersion, sdkVersion } from '../harness/packages.ts'
import { atMost, type Goal, type Options, type Section } from '../harness/results.ts'
import { makeScratch, type Scratch } from '../harness/scratch.ts'
import {
  largeOnBadLine,
  largeOnLoopback,
  smallOnBadLine,
  smallOnLoopback,
  twelveOnBadLine,
} from './contestants.ts'
import { badLineObstacle, LOOPBACK, onBadLine, type Place } from './place.ts'
import { type MeasuredSeries, measurePlace, type Rounds, ratioIn, wireShare } from './series.ts'

const MIB = 1024 ** 2
/** Bytes for the files of all series and the objects of one. */
const ROOM = 4096 * MIB

/** To see that the benchmark runs. */
const QUICK: Rounds = { rounds: 1, warmUpRounds: 0 }

/** Sizes in MiB, how often each is sent, and the most of the time of six bare connections. */
const TWELVE = [
  { mebibytes: 32, rounds: 4, most: 1.05 },
  { mebibytes: 96, rounds: 1, most: 0.65 },
  // Takes six connections five minutes.
  { mebibytes: 256, rounds: 1, most: 0.6 },
] as const

/**
 * Runs the benchmark.
 * @throws {TypeError} When an option is not valid.
 */
export async function* run({ isQuick, on, size }: Options): AsyncGenerator<Section> {
  if (on !== undefined && on !== 'loopback' && on !== 'bad-line') {
    throw new TypeError(`--on is ${on}, expected loopback or bad-line`)
  }
  const twelve = TWELVE.filter(({ mebibytes }) => size === undefined || size === `${mebibytes}`)
  if (twelve.length === 0 || (size !== undefined && on !== 'bad-line')) {
    throw new TypeError(`--size is ${size}, expected 32, 96 or 256 with --on bad-line`)
  }
  buildPackage()
  const scratch = makeScratch(ROOM)
  const obstacle = badLineObstacle()
  try {
    // The longer one first. The other one measures the machine, so nothing else may run then.
    if (on !== 'loopback' && obstacle) console.error(`No bad line on this machine: ${obstacle}.`)
    else if (on !== 'loopback') {
      if (size === undefined) {
        const section = await onBadLine(scratch.within('bad-line'), (place, within) =>
          measureBadLine(place, isQuick, within),
        )
        yield { option: '--on bad-line', ...section }
      }
      for (const one of twelve) {
        const section = await onBadLine(
          scratch.within(`bad-line-${one.mebibytes}`),
          (place, within) => measureTwelve(place, one, isQuick, within),
        )
        yield { option: `--on bad-line --size ${one.mebibytes}`, ...section }
      }
    }
    if (on !== 'bad-line') {
      yield { option: '--on loopback', ...(await measureLoopback(isQuick, scratch)) }
    }
  } finally {
    scratch.remove()
  }
}

/**
 * The goals are beside the limits of a client that does the same. A bare `fetch` proves nothing; a
 * form alone, without its waybill, is 2 % of a small file.
 */
async function measureLoopback(isQuick: boolean, scratch: Scratch): Promise<Section> {
  const large = largeOnLoopback({ name: '1 GiB', count: 1, size: 1024 * MIB })
  const small = smallOnLoopback({ name: '500 × 100 KB', count: 500, size: 100_000 })
  const { report, series } = await measurePlace(
    LOOPBACK,
    [large.Chromium, small.Chromium, large.Node, small.Node],
    isQuick ? QUICK : { rounds: 7, warmUpRounds: 1 },
    scratch.within('loopback'),
  )
  const [ofLarge, ofSmall] = series
  return {
    text: `${methodText(scratch.isMemory)}\n\n${report}`,
    goals: [
      atMost(
        'loopback, 1 GiB, Chromium: ≤ 1.1 × the limit with checksums',
        ratioIn(ofLarge, 'waybill', 'fetch-checked'),
        1.1,
      ),
      wireGoal(ofLarge),
      wireGoal(ofSmall, 'fetch-proven'),
    ],
  }
}

/** Bytes sent by Waybill, of the file's size or of what a limit sent. */
function wireGoal(series: MeasuredSeries, limit?: string): Goal {
  const share = wireShare(series, 'waybill') / (limit === undefined ? 1 : wireShare(series, limit))
  const what = limit === undefined ? 'size' : 'those of the limit that proves'
  return {
    goal: `loopback, ${series.workload.name}, Chromium: bytes sent ÷ ${what} ≤ 1.01`,
    measured: share.toFixed(4),
    met: share <= 1.01,
  }
}

/**
 * The files are smaller, because one connection needs three minutes. No warm-up, because it makes no
 * difference on such a line.
 */
async function measureBadLine(place: Place, isQuick: boolean, scratch: Scratch): Promise<Section> {
  const large = largeOnBadLine({ name: '32 MiB', count: 1, size: 32 * MIB })
  const small = smallOnBadLine({ name: '100 × 100 KB', count: 100, size: 100_000 })
  const { report, series } = await measurePlace(
    place,
    [large.Chromium, small.Chromium, large.Node, small.Node],
    isQuick ? QUICK : { rounds: 3, warmUpRounds: 0 },
    scratch,
  )
  const ofUppy = ratioIn(series[0], 'waybill', 'uppy')
  const goal = `${place.name}, 32 MiB, Chromium: ≤ 0.25 × Uppy's time`
  return { text: `${BAD_LINE_METHOD}\n\n${report}`, goals: [atMost(goal, ofUppy, 0.25)] }
}

async function measureTwelve(
  place: Place,
  { mebibytes, rounds, most }: (typeof TWELVE)[number],
  isQuick: boolean,
  scratch: Scratch,
): Promise<Section> {
  const name = `${mebibytes} MiB`
  const { report, series } = await measurePlace(
    place,
    [twelveOnBadLine({ name, count: 1, size: mebibytes * MIB })],
    isQuick ? QUICK : { rounds, warmUpRounds: 0 },
    scratch,
  )
  const ofSix = ratioIn(series[0], 'waybill-twelve', 'fetch-6')
  const goal = `${place.name}, ${name}, Chromium, both host names: ≤ ${most.toFixed(2)} × the time of six bare connections`
  return { text: `${TWELVE_METHOD}\n\n${report}`, goals: [atMost(goal, ofSix, most)] }
}

/** `isMemory` tells whether files and objects are in memory. */
function methodText(isMemory: boolean): string {
  const peers = ['@uppy/core', '@uppy/aws-s3', '@better-upload/client'].map(peerVersion)
  const where = isMemory ? 'in memory (tmpfs)' : 'in the temporary directory'
  return `
All contestants upload to the same local S3 (\`strict-s3\`), which verifies every signature and computes ETag and CRC64NVME
of each object and part; the signing endpoints run in the same process. Files and objects are ${where}. Each upload has a
fresh browser context, or a fresh Node process; the clock runs from the call until the library reports the upload as
complete, and then the bytes of the objects are counted. Quartiles are in brackets; *× the limit* is the median of the
ratios within each round. CPU is that of all the browser's processes, or of Node; *sent* is all that clients sent to S3 and
to the signing endpoints, with heads, preflights and forms. Against ${[...peers, sdkVersion()].join(', ')}.

Each library has the server part that its documentation shows, and its defaults, unless said here:

- **waybill** proves what arrived: SHA-256 of small files, CRC64NVME of parts and object, and asks the signer to
  complete every file. The others prove less: the browser libraries send no checksum, lib-storage a CRC32 for S3 to check.
- **limit**: \`fetch\` of requests that were presigned before the clock started: a PUT of the large file, forms (which need
  no preflight) for small ones from Chromium, PUTs from Node. A form is 2 KB, which is 2 % of 100 KB for every library.
- **limit with checksums**: slices of 8 MiB, six at once, each also read and hashed by the page, because a page cannot see the
  bytes that a request sends. Client and server share the cores of one machine here, so each slows the other down.
- **Uppy** signs with \`signRequest\` and the AWS SDK; it sends files above 100 MiB in parts of 5 MiB, one at a time.
- **Better Upload** has a route for single requests and one for parts (of 50 MiB, all at once), each for any number of files.
- **lib-storage** holds the credentials and needs no signer; the benchmark gives it six files at a time.`.trim()
}

const BAD_LINE_METHOD = `
Everything is as on loopback, but over a line with delay, loss and a rate limit in both directions. The large file is smaller, because one
connection takes three minutes for it: libraries that use one connection run in the first round only. Waybill calls its
signer before the first byte and after the last: with many small files, these calls and the start on three connections are its
cost above the limit. In Node it opens up to twelve connections, the limit and the others six: Node has no
browser's limit of connections. A bare \`fetch\` with twelve shows what the two calls and the start cost.`.trim()

const TWELVE_METHOD = `
Everything is as on the bad line. The page of waybill allows both host names of the bucket (\`storageOrigins\`), and both
lead over the line: up to twelve connections. Waybill begins with two and measures first.`.trim()
