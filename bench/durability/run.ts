/**
 * `npm run bench -- durability`: what becomes of stored objects when things go wrong, in strict-s3
 * and in other S3 servers.
 *
 * @module
 */

import { userInfo } from 'node:os'
import { buildPackage } from '../harness/packages.ts'
import { type Options, type Section, table } from '../harness/results.ts'
import { intoHead, useWithoutReader } from './closed-pipe.ts'
import { MIB, withDisk } from './disk.ts'
import { fillDisk } from './full-disk.ts'
import { killOften } from './kills.ts'
import { type Cells, lastWords, type RunningServer, SERVERS, type Server } from './servers.ts'
import { startTwo } from './two-servers.ts'

const KILLS = 20
const LARGE = 4096 * MIB
const SMALL = 512 * MIB

/** What the goals ask of the first server, strict-s3. */
const WANTED: Cells = {
  'of these lost': '0',
  'of these damaged': '0',
  'partial objects, never acknowledged': '0',
  'starts again': 'always',
  'the server': 'stays up',
  'stores objects once there is room': 'yes',
  'two servers: the second one': 'refuses to start',
}

export async function run({ isQuick }: Options): Promise<Section> {
  if (process.platform !== 'linux' || userInfo().uid !== 0) {
    throw new Error('durability mounts small disks: run it as root on Linux')
  }
  buildPackage()
  const kills = isQuick ? 2 : KILLS
  /** By name and version. */
  const columns = new Map<string, Cells>()
  const missing: string[] = []
  for (const server of SERVERS) {
    console.error(server.name)
    const failed = (error: unknown) => {
      console.error(error)
      missing.push(`${server.name} could not be run: ${lastWords(error)}`)
    }
    try {
      await server.install()
      const name = `${server.name} ${await server.version()}`
      columns.set(name, await tryOut(server, kills, failed))
    } catch (error) {
      failed(error)
    }
  }
  const text = `
Each server runs as a process, with a new disk in memory (tmpfs) for each trial.

- **\`kill -9\`**: eight clients put objects of up to 1 MiB, and half of these replace others. After a random number of
  responses, the server gets SIGKILL while the other requests are in flight. Then it is started again on the same
  directory, and all objects are read. This is repeated ${kills} times. An object is *lost* if it is missing or an older
  one, and *damaged* if reading it fails, even once, or its bytes or its ETag are wrong. This does not show what a power failure
  does: the system still writes to the disk what a killed process has written to a file.
- **full disk**: objects are put until a disk of 512 MiB is full. Then one is replaced by one that does not fit, all
  are read, and some are deleted to make room.
- **two servers**: a second one is started for the same objects. Objects are put to one and read from the other, and
  some are replaced by both at the same time. radosgw and Swift support this, and get a second gateway.
- **closed pipe**: \`server 2>&1 | head -1\`, and then 200 PUTs.

radosgw keeps its objects in BlueStore, in a file that takes nine tenths of the disk and counts as full at 80 %. All
its processes are killed, and all of Swift's. moto has no directory. Swift can answer 503 for a
while after it was started again, and what cannot be read then counts as damaged, although its bytes may be whole.

${tableOf(columns)}

${missing.join('\n')}`
  const [ours = {}] = columns.values()
  const goals = Object.entries(WANTED).map(([row, wanted]) => {
    const measured = ours[row] ?? 'not run'
    return { goal: `strict-s3, ${row}: ${wanted}`, measured, met: measured === wanted }
  })
  return { text, goals }
}

/** @param failed - Called with the reason if a trial cannot be run. */
async function tryOut(
  server: Server,
  kills: number,
  failed: (error: unknown) => void,
): Promise<Cells> {
  const attempt = async (
    size: number,
    trial: (running: RunningServer) => Promise<Cells>,
    prefix: readonly string[] = [],
  ) => {
    try {
      return await withDisk(size, async (disk) => {
        const running = await server.start({ disk, prefix })
        return trial(running).finally(() => running.stop())
      })
    } catch (error) {
      failed(error)
      return {}
    }
  }
  return {
    ...(await attempt(LARGE, (running) => killOften(running, kills))),
    ...(await attempt(SMALL, (running) => fillDisk(running, SMALL))),
    ...(await attempt(LARGE, startTwo)),
    ...(await withDisk(MIB, (marks) =>
      attempt(LARGE, (running) => useWithoutReader(running, marks), intoHead(marks)),
    )),
  }
}

function tableOf(columns: ReadonlyMap<string, Cells>): string {
  const cells = [...columns.values()]
  const rows = new Set(cells.flatMap((each) => Object.keys(each)))
  return table([
    ['', ...columns.keys()],
    ...[...rows].map((row) => [row, ...cells.map((each) => each[row] ?? '–')]),
  ])
}
