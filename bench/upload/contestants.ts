/**
 * The contestants of each series. Each is a contestant of the module of its library in `page/` or
 * `node/`.
 *
 * @module
 */

import { randomFillSync } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Contestant } from '../harness/interleave.ts'

/** Where a client runs. */
export type Platform = 'Chromium' | 'Node'

/** A contestant. */
export interface UploadContestant extends Contestant {
  /** Name in tables. */
  readonly title: string
}

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

/** A table: the same files from the same platform for all contestants. */
export interface Series {
  readonly platform: Platform
  readonly workload: Workload
  /** The contestants, the limit first. */
  readonly contestants: readonly UploadContestant[]
}

/** The libraries with a page. */
export const PAGES = ['fetch', 'waybill', 'better-upload', 'uppy', 'element'] as const

/** The library of a contestant: its module. */
export function libraryOf(contestant: string): string {
  return PAGES.find((name) => contestant.startsWith(name)) ?? contestant
}

const FETCH = { name: 'fetch', title: 'limit: bare `fetch`' }
const FETCH_12 = { name: 'fetch-12', title: 'bare `fetch`, twelve at once' }
const FETCH_6 = { name: 'fetch-6', title: 'limit: bare `fetch`, six slices at once' }
const FETCH_CHECKED = {
  name: 'fetch-checked',
  title: 'limit with checksums: bare `fetch` of slices, and their CRC64NVME',
}
const FETCH_PROVEN = {
  name: 'fetch-proven',
  title: 'limit that proves: bare `fetch`, SHA-256, signer, comparison',
}
const WAYBILL = { name: 'waybill', title: 'waybill' }
const WAYBILL_12 = { name: 'waybill-twelve', title: 'waybill, both host names' }
const BETTER_UPLOAD = { name: 'better-upload', title: 'Better Upload' }
const BETTER_UPLOAD_5_MIB = { name: 'better-upload-5-mib', title: 'Better Upload, parts of 5 MiB' }
const UPPY = { name: 'uppy', title: 'Uppy' }
const FILES_SDK = { name: 'files-sdk', title: 'files-sdk' }
const LIB_STORAGE = { name: 'lib-storage', title: 'lib-storage' }

/** One large file on loopback. Without loss, more connections are not faster: the limit uses one. */
export function largeOnLoopback(workload: Workload): Record<Platform, Series> {
  return seriesOf(
    workload,
    [FETCH, FETCH_CHECKED, WAYBILL, BETTER_UPLOAD, UPPY],
    [FETCH, WAYBILL, LIB_STORAGE],
  )
}

/** Small files on loopback. */
export function smallOnLoopback(workload: Workload): Record<Platform, Series> {
  return seriesOf(
    workload,
    [FETCH, FETCH_PROVEN, WAYBILL, BETTER_UPLOAD, UPPY],
    [FETCH, FETCH_PROVEN, WAYBILL, LIB_STORAGE, FILES_SDK],
  )
}

/** One large file on a bad line. Over one connection it takes minutes. */
export function largeOnBadLine(workload: Workload): Record<Platform, Series> {
  const once = { rounds: 1 }
  return seriesOf(
    workload,
    [FETCH_6, WAYBILL, BETTER_UPLOAD_5_MIB, { ...BETTER_UPLOAD, ...once }, { ...UPPY, ...once }],
    [FETCH_6, WAYBILL, LIB_STORAGE],
  )
}

/** Small files on a bad line. */
export function smallOnBadLine(workload: Workload): Record<Platform, Series> {
  return seriesOf(
    workload,
    [FETCH, WAYBILL, BETTER_UPLOAD, UPPY],
    [FETCH, FETCH_12, WAYBILL, LIB_STORAGE, FILES_SDK],
  )
}

/** One file on a bad line, over one host name and over both. */
export function twelveOnBadLine(workload: Workload): Series {
  return { platform: 'Chromium', workload, contestants: [FETCH_6, WAYBILL_12] }
}

function seriesOf(
  workload: Workload,
  inChromium: readonly UploadContestant[],
  inNode: readonly UploadContestant[],
): Record<Platform, Series> {
  return {
    Chromium: { platform: 'Chromium', workload, contestants: inChromium },
    Node: { platform: 'Node', workload, contestants: inNode },
  }
}

const PIECE = 1024 ** 2

/** Writes the files of a workload: random bytes. */
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
