/**
 * Runs a server as `server 2>&1 | head -1`: the program that reads its output ends after a line.
 *
 * @module
 */

import { readdirSync } from 'node:fs'
import { Ledger } from './ledger.ts'
import { type Cells, openBucket, type RunningServer } from './servers.ts'

const REQUESTS = 200

/** Words to put before a command. A file in `dir` says that the reader has ended. */
export function intoHead(dir: string): readonly string[] {
  return ['bash', '-c', `exec "$@" > >(head -1; : > ${dir}/$$) 2>&1`, 'bash']
}

/** @param dir - That of `intoHead`. */
export async function useWithoutReader(server: RunningServer, dir: string): Promise<Cells> {
  const system = await openBucket(server)
  const ledger = new Ledger()
  let acknowledged = 0
  for (let count = 0; count < REQUESTS; count += 1) {
    const { isSuccess } = await ledger.put(system, `object-${count}`, 1024)
    if (isSuccess) acknowledged += 1
  }
  const isClosed = readdirSync(dir).length > 0
  const after = isClosed ? '' : ' (it prints nothing)'
  return { 'closed pipe: acknowledged PUTs': `${acknowledged} of ${REQUESTS}${after}` }
}
