/**
 * Kills a server with SIGKILL while clients write, and starts it again on the same directory.
 *
 * @module
 */

import { randomInt } from 'node:crypto'
import type { System } from '../../packages/strict-s3/src/conformance/system.ts'
import { ACKNOWLEDGED, Ledger, Tally } from './ledger.ts'
import { type Cells, lastWords, openBucket, type RunningServer, restart } from './servers.ts'

const CLIENTS = 8
const MAX_SIZE = 1024 ** 2

export async function killOften(server: RunningServer, rounds: number): Promise<Cells> {
  const ledger = new Ledger()
  const objects = new Tally()
  let starts = 'always'
  for (let round = 1; round <= rounds; round += 1) {
    // Again each time: one server loses the bucket with its objects.
    const system = await openBucket(server)
    const keys = await writeUntilKilled(server, system, ledger, round)
    try {
      await restart(server)
    } catch (error) {
      starts = `not after kill ${round}: ${lastWords(error)}`
      break
    }
    await ledger.checkAll(system, objects, round === rounds ? ledger.keys : keys)
  }
  return {
    '`kill -9`: acknowledged objects': objects.of(...ACKNOWLEDGED),
    'of these lost': objects.of('lost'),
    'of these damaged': objects.of('damaged', 'unreadable'),
    'partial objects, never acknowledged': objects.of('partial'),
    'starts again': starts,
  }
}

/** @returns The keys that were written. */
async function writeUntilKilled(
  { processes }: RunningServer,
  system: System,
  ledger: Ledger,
  round: number,
): Promise<readonly string[]> {
  const keys = new Set<string>()
  let left = randomInt(20, 100)
  const write = async (client: number) => {
    for (let count = 0; ; count += 1) {
      // Every other object is new, and the others are replaced again and again.
      const name = count % 2 === 0 ? `new-${round}-${count}` : `replaced-${count % 8}`
      const key = `client-${client}/${name}`
      keys.add(key)
      const { hasResponse } = await ledger.put(system, key, sizeOf(count))
      if (!hasResponse) return
      left -= 1
      if (left === 0) await processes.kill()
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, client) => write(client)))
  await processes.kill()
  return [...keys]
}

function sizeOf(count: number): number {
  return count % 4 < 2 ? randomInt(1, 4096) : randomInt(4096, MAX_SIZE)
}
