/**
 * The contestants of each series. The name of a contestant is that of its module in `page/` or
 * `node/`.
 *
 * @module
 */

import type { Contestant } from '../harness/interleave.ts'
import type { Workload } from './workload.ts'

/** Where a client runs. */
export type Platform = 'Chromium' | 'Node'

/** A contestant. */
export interface UploadContestant extends Contestant {
  /** Name in tables. */
  readonly title: string
}

/** A table: the same files from the same platform for all contestants. */
export interface Series {
  readonly platform: Platform
  readonly workload: Workload
  /** The contestants, the limit first. */
  readonly contestants: readonly UploadContestant[]
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

/** The names of the contestants with a page. */
export const PAGES = [
  FETCH,
  FETCH_6,
  FETCH_CHECKED,
  FETCH_PROVEN,
  WAYBILL,
  WAYBILL_12,
  BETTER_UPLOAD,
  BETTER_UPLOAD_5_MIB,
  UPPY,
].map(({ name }) => name)

/** The series on loopback. Without loss, more connections are not faster: the limit uses one. */
export function seriesOnLoopback(large: Workload, small: Workload): Series[] {
  const ofLarge = [FETCH, FETCH_CHECKED, WAYBILL, BETTER_UPLOAD, UPPY]
  const ofSmall = [FETCH, FETCH_PROVEN, WAYBILL, BETTER_UPLOAD, UPPY]
  const inNode = [FETCH, WAYBILL, LIB_STORAGE]
  return [
    { platform: 'Chromium', workload: large, contestants: ofLarge },
    { platform: 'Chromium', workload: small, contestants: ofSmall },
    { platform: 'Node', workload: large, contestants: inNode },
    {
      platform: 'Node',
      workload: small,
      contestants: [FETCH, FETCH_PROVEN, WAYBILL, LIB_STORAGE, FILES_SDK],
    },
  ]
}

/** The series on a bad line. */
export function seriesOnBadLine(large: Workload, small: Workload): Series[] {
  return [
    {
      platform: 'Chromium',
      workload: large,
      contestants: [FETCH_6, WAYBILL, BETTER_UPLOAD_5_MIB, once(BETTER_UPLOAD), once(UPPY)],
    },
    {
      platform: 'Chromium',
      workload: small,
      contestants: [FETCH, WAYBILL, BETTER_UPLOAD, UPPY],
    },
    { platform: 'Node', workload: large, contestants: [FETCH_6, WAYBILL, LIB_STORAGE] },
    {
      platform: 'Node',
      workload: small,
      contestants: [FETCH, FETCH_12, WAYBILL, LIB_STORAGE, FILES_SDK],
    },
  ]
}

/** Over one connection a large file takes minutes. */
function once(contestant: UploadContestant): UploadContestant {
  return { ...contestant, rounds: 1 }
}

/** One file on a bad line, over one host name and over both. */
export function seriesOfTwelve(workload: Workload): Series {
  return { platform: 'Chromium', workload, contestants: [FETCH_6, WAYBILL_12] }
}
