/**
 * Starts a second server on a running server's directory, and writes through both.
 *
 * @module
 */

import { randomInt } from 'node:crypto'
import { inLanes } from '../harness/lanes.ts'
import { Ledger, Tally } from './ledger.ts'
import { type Cells, lastWords, openBucket, type RunningServer } from './servers.ts'

const OBJECTS = 200
const SHARED_KEYS = 20
const ROWS = [
  'two servers: the second one',
  'objects of one that are whole in the other',
  'objects replaced by both that are whole',
] as const

export async function startTwo(server: RunningServer): Promise<Cells> {
  const first = await openBucket(server)
  let endpoint: string
  try {
    endpoint = await server.startSecond()
  } catch (error) {
    console.error(lastWords(error))
    return { [ROWS[0]]: 'refuses to start', [ROWS[1]]: '–', [ROWS[2]]: '–' }
  }
  const second = await openBucket(server, endpoint)
  const ledger = new Ledger()
  const shared = new Ledger()
  await inLanes([...Array(OBJECTS).keys()], async (index) => {
    await ledger.put(index % 2 === 0 ? first : second, `${index}`, randomInt(1, 65_536))
    const key = `shared-${index % SHARED_KEYS}`
    await Promise.all([first, second].map((each) => shared.put(each, key, 262_144)))
  })
  const found = new Tally()
  for (const key of ledger.keys) {
    found.add(await ledger.check(Number(key) % 2 === 0 ? second : first, key))
  }
  const foundShared = new Tally()
  for (const key of shared.keys) {
    const verdict = await shared.check(first, key)
    foundShared.add(verdict === 'whole' ? await shared.check(second, key) : verdict)
  }
  return { [ROWS[0]]: 'starts', [ROWS[1]]: found.whole, [ROWS[2]]: foundShared.whole }
}
