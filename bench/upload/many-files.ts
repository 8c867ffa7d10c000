/**
 * `npm run bench -- many-files`: small files from Chromium and Node on loopback and from Node on a
 * bad line, as `upload` measures them, the memory that they take, and thousands in the element.
 *
 * @module
 */

import { buildPackage, peerVersion } from '../harness/packages.ts'
import { atMost, type Goal, type Options, type Section } from '../harness/results.ts'
import { makeScratch, type Scratch } from '../harness/scratch.ts'
import { spreadOf } from '../harness/spread.ts'
import { makeFiles, smallOnBadLine, smallOnLoopback, type Workload } from './contestants.ts'
import { measureElement } from './element.ts'
import { badLineObstacle, LOOPBACK, onBadLine, type Place } from './place.ts'
import { type MeasuredSeries, measurePlace, ratioIn } from './series.ts'
import { openSystem, type System } from './system.ts'

const MIB = 1024 ** 2
const ROOM = 9 * 1024 * MIB
const ON_LOOPBACK: Workload = { name: '500 × 100 KB', count: 500, size: 100_000 }
const ON_BAD_LINE: Workload = { name: '100 × 100 KB', count: 100, size: 100_000 }
/** What memory is measured with; the second to see that it runs. */
const FOR_MEMORY = {
  many: { name: '2,000 × 100 KB', count: 2000, size: 100_000 },
  large: { name: '4 GiB', count: 1, size: 4096 * MIB },
  times: 3,
}
const QUICKLY: typeof FOR_MEMORY = {
  many: ON_BAD_LINE,
  large: { name: '64 MiB', count: 1, size: 64 * MIB },
  times: 1,
}

/** V8 collects late where there is much memory: this is what it has in a small container. */
const SMALL_HEAP = ['--max-old-space-size=64', '--max-semi-space-size=4']

/** Runs the benchmark. */
export async function run({ isQuick }: Options): Promise<Section> {
  buildPackage()
  const scratch = makeScratch(ROOM)
  try {
    const series = smallOnLoopback(ON_LOOPBACK)
    const loopback = await measurePlace(
      LOOPBACK,
      [series.Chromium, series.Node],
      isQuick ? { rounds: 1, warmUpRounds: 0 } : { rounds: 7, warmUpRounds: 1 },
      scratch.within('loopback'),
    )
    const obstacle = badLineObstacle()
    if (obstacle) console.error(`No bad line on this machine: ${obstacle}.`)
    const measureLine = (place: Place, within: Scratch) => {
      const rounds = { rounds: isQuick ? 1 : 3, warmUpRounds: 0 }
      return measurePlace(place, [smallOnBadLine(ON_BAD_LINE).Node], rounds, within)
    }
    const badLine = obstacle ? undefined : await onBadLine(scratch.within('bad-line'), measureLine)
    const within = scratch.within('thousands')
    const system = await openSystem(LOOPBACK, within)
    const thousands = async () => ({
      memory: await measureMemory(system, isQuick ? QUICKLY : FOR_MEMORY, within),
      element: await measureElement(system, isQuick, within),
    })
    const { memory, element } = await thousands().finally(() => system.close())
    const reports = [loopback.report, ...(badLine ? [badLine.report] : [])]
    const [inChromium, inNode] = loopback.series
    return {
      text: [methodText(), ...reports, memoryReport(memory), element.text].join('\n\n'),
      goals: [
        ofProven(inChromium),
        ofProven(inNode),
        atMost(
          "500 × 100 KB, Node: the client's CPU ≤ 1.5 × that of the limit that proves",
          ratioIn(inNode, 'waybill', 'fetch-proven', 'clientCpuMs'),
          1.5,
        ),
        ...(badLine ? [ofBare(badLine.series[0])] : []),
        ...memoryGoals(memory),
        ...element.goals,
      ],
    }
  } finally {
    scratch.remove()
  }
}

/** No client that proves its files can do less. */
function ofProven(series: MeasuredSeries): Goal {
  const goal = `500 × 100 KB, ${series.platform}: ≤ 1.2 × the limit that proves`
  return atMost(goal, ratioIn(series, 'waybill', 'fetch-proven'), 1.2)
}

function ofBare(series: MeasuredSeries): Goal {
  const goal = '100 × 100 KB, Node on the bad line: ≤ 1.1 × a bare fetch'
  return atMost(goal, ratioIn(series, 'waybill', 'fetch'), 1.1)
}

/** Bytes above the idle client: of Waybill, and of limits with the same files. */
type Memory = Awaited<ReturnType<typeof measureMemory>>

/**
 * What clients hold while they send 2,000 small files, and Chromium while it sends 4 GiB: Node once
 * each, and Chromium, whose collector comes when it likes, three times.
 */
async function measureMemory(system: System, scale: typeof FOR_MEMORY, scratch: Scratch) {
  const many = makeFiles(scale.many, scratch.directory('many'))
  const large = makeFiles(scale.large, scratch.directory('large'))
  const inNode = async (contestant: string, execArgv: readonly string[] = []) => {
    const { memory = Number.NaN } = await system.upload('Node', contestant, many, { execArgv })
    return memory
  }
  const inChromium = async (contestant: string, files = many) => {
    const all: number[] = []
    for (let times = 0; times < scale.times; times += 1) {
      const how = { watchesMemory: true }
      const { memory = Number.NaN } = await system.upload('Chromium', contestant, files, how)
      all.push(memory)
    }
    return spreadOf(all).median
  }
  return {
    scale,
    manyInNode: await inNode('waybill'),
    bareInNode: await inNode('fetch'),
    manyInSmallHeap: await inNode('waybill', SMALL_HEAP),
    provenInSmallHeap: await inNode('fetch-proven', SMALL_HEAP),
    manyInChromium: await inChromium('waybill'),
    bareInChromium: await inChromium('fetch'),
    largeInChromium: await inChromium('waybill', large),
  }
}

function memoryReport({ scale, ...memory }: Memory): string {
  return `### Memory, at most, above the idle process or page

${scale.many.name} from Node ${mebibytes(memory.manyInNode)} (a bare \`fetch\` ${mebibytes(memory.bareInNode)}), \
with a heap of 64 MiB ${mebibytes(memory.manyInSmallHeap)} (the limit that proves ${mebibytes(memory.provenInSmallHeap)}), \
from Chromium ${mebibytes(memory.manyInChromium)} (a bare \`fetch\` ${mebibytes(memory.bareInChromium)}); \
${scale.large.name} from Chromium ${mebibytes(memory.largeInChromium)}.`
}

function memoryGoals({ scale, ...memory }: Memory): Goal[] {
  const goal = (what: string, bytes: number, most: number) => ({
    goal: `${what}: ≤ ${most} MiB of memory`,
    measured: mebibytes(bytes),
    met: bytes <= most * MIB,
  })
  const ofBare = memory.manyInChromium / memory.bareInChromium
  return [
    goal(`${scale.many.name}, Node with a heap of 64 MiB`, memory.manyInSmallHeap, 100),
    {
      goal: `${scale.many.name}, Chromium: ≤ 1.1 × the memory of a bare fetch`,
      measured: `${ofBare.toFixed(2)} ×`,
      met: ofBare <= 1.1,
    },
    goal(`${scale.large.name}, Chromium`, memory.largeInChromium, 60),
  ]
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`
}

/** What is measured, and where the rest goes. */
function methodText(): string {
  return `
The small files of \`upload\`, with the same harness, the same peers and the same limit; clients in Node use the published
package, and have loaded \`fetch\` before the clock starts. ${peerVersion('files-sdk')} (MIT) is a storage SDK for servers: it holds the credentials and sends with
the AWS SDK, as lib-storage does, with no signer and no comparison. *Memory* is the most that the client holds, less what it held before: resident
pages of Node, proportional pages of all the browser's processes (the median of three).

The *limit that proves* (\`bench/upload/proven.ts\`, 90 lines) makes the same requests as Waybill and nothing else: SHA-256 of each file, permission and
comparison in calls for a hundred files, one form each; in Node it reads each file once. Every client that proves its files must do this much, so the goals
for time and CPU are relative to it. The former goals were 1.5 × a bare \`fetch\` in Node and 1.4 × in Chromium, which this limit itself does not reach, and 0.8 ms of the client's CPU a file, which a
bare \`fetch\` does not reach here; the column *× the limit* is relative to a bare \`fetch\`.

A page of Chromium that sends 2,000 files with a bare \`fetch\` holds more than the former goal of 100 MiB, so the bare \`fetch\` is the goal there. In Node the live data of 2,000 waiting files
are 14 MB, 7 KB each; the rest is garbage that V8 has not collected yet. V8 waits longer on a machine with more memory, so the former goal of 100 MiB is not met on a
machine with much memory. The goal is for a process with little memory: a heap of 64 MiB, semi-spaces of 4 MiB (\`--max-old-space-size=64 --max-semi-space-size=4\`).

Where the rest goes, by a profile of the client (\`node --cpu-prof\`, 2,000 × 100 KB from Node): 33 % are \`fetch\` and its streams, 20 % reading files, 14 % the engine
itself, 9 % garbage, 9 % loading the chunks of a first upload and \`import()\` after it, 5 % signals and timers, 4 % SHA-256. The limit that proves has 40, 16, 0, 22, 6, 3
and 8 % of three fifths of that: the time above 1.1 × this limit, up to the goal of 1.2 ×, is the code that pauses, resumes, tries again and reports progress. The other part is the server's: besides storing,
it seals and opens a waybill, checks a form's policy and SHA-256, and answers a HEAD of the signer for each file, in the same process that only stores for a bare
\`fetch\`. Before the first byte the client waits for one call, for twelve files; after the last one for the comparison of up to a hundred.

From Node it opens up to twelve connections; the limit and the others have six, as in a browser. On the bad line each connection carries little, and the bare \`fetch\` with
twelve shows the effect of this alone. Waybill begins with three, so it loses a tenth of its time until it has all twelve, and another tenth to the two calls.`.trim()
}
