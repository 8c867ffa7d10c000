/**
 * The uploaded files: random bytes in a directory.
 *
 * @module
 */

import { randomFillSync } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** The number and size of files. */
export interface Workload {
  /** Name in tables. */
  readonly name: string
  readonly count: number
  /** Size of each file in bytes. */
  readonly size: number
}

/** A workload with its files. */
export interface Files extends Workload {
  readonly paths: readonly string[]
}

const PIECE = 1024 ** 2

/** Writes the files of a workload. */
export function makeFiles(workload: Workload, directory: string): Files {
  const paths = Array.from({ length: workload.count }, (_, index) =>
    join(directory, `${workload.size}-${index + 1}.bin`),
  )
  for (const path of paths) writeRandom(path, workload.size)
  return { ...workload, paths }
}

function writeRandom(path: string, size: number): void {
  const file = openSync(path, 'w')
  const piece = Buffer.alloc(Math.min(PIECE, size))
  for (let written = 0; written < size; ) {
    randomFillSync(piece)
    written += writeSync(file, piece, 0, Math.min(piece.length, size - written))
  }
  closeSync(file)
}
