/**
 * Fills a server's disk with objects, replaces one, and makes room again.
 *
 * @module
 */

import { setTimeout as pause } from 'node:timers/promises'
import type { System } from '../../packages/strict-s3/src/conformance/system.ts'
import { answers } from '../../tools/interop/child-processes.ts'
import { MIB } from './disk.ts'
import { type Answer, Ledger, Tally } from './ledger.ts'
import { type Cells, lastWords, openBucket, type RunningServer, restart } from './servers.ts'

const KEPT = 20
const DELETED = 32
/** Seconds in which a server must notice that there is room. */
const RECOVERY_TRIES = 20

/** @param size - Of the disk, in bytes. */
export async function fillDisk(server: RunningServer, size: number): Promise<Cells> {
  const system = await openBucket(server)
  const ledger = new Ledger()
  let ends = 0
  const restartIfEnded = async () => {
    if ((await answers(server.endpoint)) && server.processes.areRunning) return
    ends += 1
    await restart(server)
  }
  for (let index = 0; index < KEPT; index += 1) await ledger.put(system, `kept-${index}`, 65_536)
  const refusal = await putUntilOneFails(system, ledger, MIB, size)
  const cells: Record<string, string> = { 'full disk: a PUT gets': refusal?.text ?? 'always 200' }
  if (!refusal) return cells
  try {
    await restartIfEnded()
    for (const smaller of [65_536, 4096]) {
      await putUntilOneFails(system, ledger, smaller, size)
      await restartIfEnded()
    }
    const { text } = await ledger.put(system, 'kept-0', MIB)
    await restartIfEnded()
    const old = await ledger.check(system, 'kept-0')
    const others = new Tally()
    await ledger.checkAll(
      system,
      others,
      ledger.keys.filter((key) => key !== 'kept-0'),
    )
    const recovers = await recover(system, ledger)
    await restartIfEnded()
    return {
      ...cells,
      'the server': ends === 0 ? 'stays up' : `ends ${ends} times`,
      'an object, after a PUT that should replace it': `${old} (${text})`,
      'other objects that are whole': others.whole,
      'stores objects once there is room': recovers,
    }
  } catch (error) {
    return { ...cells, 'the server': `ends, and does not start: ${lastWords(error)}` }
  }
}

/** @returns The failure; `undefined` if more fits than the disk can hold. */
async function putUntilOneFails(
  system: System,
  ledger: Ledger,
  size: number,
  diskSize: number,
): Promise<Answer | undefined> {
  for (let count = 0; count * size < 1.1 * diskSize; count += 1) {
    const answer = await ledger.put(system, `filler-${size}-${count}`, size)
    if (!answer.isSuccess) return answer
  }
  return undefined
}

async function recover(system: System, ledger: Ledger): Promise<string> {
  for (let count = 0; count < DELETED; count += 1) {
    const answer = await ledger.delete(system, `filler-${MIB}-${count}`)
    if (!answer.isSuccess) return `DELETE gets ${answer.text}`
  }
  let answer: Answer | undefined
  for (let tries = 0; tries < RECOVERY_TRIES; tries += 1) {
    const key = `after-${tries}`
    answer = await ledger.put(system, key, MIB)
    const isWhole = (await ledger.check(system, key)) === 'whole'
    if (answer.isSuccess) return isWhole ? 'yes' : 'acknowledges objects that are not whole'
    await pause(1000)
  }
  return `no: ${answer?.text}`
}
