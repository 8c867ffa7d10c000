/**
 * Writes the report: the method and the table.
 *
 * @module
 */

import { peerVersion } from '../harness/install-peers.ts'
import { table } from '../harness/results.ts'
import { spreadOf } from '../harness/spread.ts'
import { CONTESTANTS, type StoreContestant } from './contestants.ts'
import type { Measured, StoreScores } from './measure.ts'
import { LARGE_SIZE, SMALL_COUNT } from './workloads.ts'

const NOT_MEASURED = '–'

/** Writes the report. */
export function reportOf(measured: Measured, rounds: number, isMemory: boolean): string {
  const where = isMemory ? 'in memory (tmpfs), so that no disk is measured' : 'on disk'
  return `
PUT and GET by presigned URL and POST by presigned form, of 256 MiB, over one connection; ${SMALL_COUNT} PUTs of 1 KiB over
six; from one Node process that does nothing else, in MB and objects per second (${rounds} rounds, medians, quartiles in
brackets). Directories are ${where}. *Start* is the time from the start of the process to its first answer; *memory* is
the most that the process has held after 4 GiB were put and got. The pipe stores bodies as they come and
checks nothing; waybill verifies signatures, policies and conditions, computes ETag, CRC64NVME and a CRC-32 of each
block, syncs to disk, and verifies each block that it reads. ${peerVersion('s3rver')} checks no signature of version 4 and no policy. radosgw keeps objects in
memory, and Swift has no forms; both are several processes, so their start and memory are not compared.

${table([HEAD, ...rowsOf(measured)])}

${measured.missing.join('\n')}`
}

const HEAD = ['', 'PUT MB/s', 'GET MB/s', 'POST MB/s', '1 KiB objects/s', 'start', 'memory, 4 GiB']

function rowsOf({ starts, memory, costs }: Measured): string[][] {
  const measured = CONTESTANTS.filter((each) => costs.get('small')?.has(each))
  return measured.map((contestant) => {
    const per = (scores: StoreScores | undefined, amount: number) =>
      show(
        scores?.get(contestant)?.map((ms) => amount / (ms / 1000)),
        '',
      )
    const megabytes = LARGE_SIZE / 1e6
    return [
      contestant.title,
      per(costs.get('PUT'), megabytes),
      per(costs.get('GET'), megabytes),
      per(costs.get('POST'), megabytes),
      per(costs.get('small'), SMALL_COUNT),
      show(starts.get(contestant), ' ms'),
      memoryOf(memory, contestant),
    ]
  })
}

function memoryOf(memory: Measured['memory'], contestant: StoreContestant): string {
  const bytes = memory.get(contestant)
  return bytes === undefined ? NOT_MEASURED : `${(bytes / 1e6).toFixed(0)} MB`
}

function show(values: readonly number[] | undefined, unit: string): string {
  if (!values) return NOT_MEASURED
  const { median, low, high } = spreadOf(values)
  return `${median.toFixed(0)}${unit} (${low.toFixed(0)}–${high.toFixed(0)})`
}
