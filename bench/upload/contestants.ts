/**
 * Who takes part where. The name of a contestant is the one of its module in `page/` or in `node/`.
 *
 * @module
 */

import type { Contestant } from '../harness/interleave.ts'
import type { Workload } from './workload.ts'

export type Platform = 'Chromium' | 'Node'

export interface UploadContestant extends Contestant {
  /** For tables. */
  readonly title: string
}

/** One table: the same files, from the same platform, by everybody. */
export interface Series {
  readonly platform: Platform
  readonly workload: Workload
  /** The limit first. */
  readonly contestants: readonly UploadContestant[]
}

const FETCH = { name: 'fetch', title: 'limit: bare `fetch`' }
const FETCH_6 = { name: 'fetch-6', title: 'limit: bare `fetch`, six slices at once' }
const FETCH_CHECKED = {
  name: 'fetch-checked',
  title: 'limit with checksums: bare `fetch` of slices, and their CRC64NVME',
}
const WAYBILL = { name: 'waybill', title: 'waybill' }
const BETTER_UPLOAD = { name: 'better-upload', title: 'Better Upload' }
const BETTER_UPLOAD_5_MIB = { name: 'better-upload-5-mib', title: 'Better Upload, parts of 5 MiB' }
const UPPY = { name: 'uppy', title: 'Uppy' }
const LIB_STORAGE = { name: 'lib-storage', title: 'lib-storage' }

export const PAGES = [
  FETCH,
  FETCH_6,
  FETCH_CHECKED,
  WAYBILL,
  BETTER_UPLOAD,
  BETTER_UPLOAD_5_MIB,
  UPPY,
].map(({ name }) => name)

/** Of connections alike, more are of no use on a line without loss: one is the limit. */
export function seriesOnLoopback(large: Workload, small: Workload): Series[] {
  const ofLarge = [FETCH, FETCH_CHECKED, WAYBILL, BETTER_UPLOAD, UPPY]
  const ofSmall = [FETCH, WAYBILL, BETTER_UPLOAD, UPPY]
  const inNode = [FETCH, WAYBILL, LIB_STORAGE]
  return [
    { platform: 'Chromium', workload: large, contestants: ofLarge },
    { platform: 'Chromium', workload: small, contestants: ofSmall },
    { platform: 'Node', workload: large, contestants: inNode },
    { platform: 'Node', workload: small, contestants: inNode },
  ]
}

export function seriesOnBadLine(large: Workload, small: Workload): Series[] {
  return [
    {
      platform: 'Chromium',
      workload: large,
      contestants: [FETCH_6, WAYBILL, BETTER_UPLOAD_5_MIB, BETTER_UPLOAD, UPPY],
    },
    {
      platform: 'Chromium',
      workload: small,
      contestants: [FETCH, WAYBILL, BETTER_UPLOAD, UPPY],
    },
    { platform: 'Node', workload: large, contestants: [FETCH_6, WAYBILL, LIB_STORAGE] },
    { platform: 'Node', workload: small, contestants: [FETCH, WAYBILL, LIB_STORAGE] },
  ]
}
