/**
 * Bare `fetch` of slices as long as Waybill's parts, six at the same time. Each is read a second
 * time for its CRC64NVME, because a page cannot see the bytes that the browser sends. No client
 * that proves as much can be faster.
 *
 * @module
 */

import type { Crc64 } from '../../../src/s3/crc64/crc64.ts'
import { RunningCrc64 } from '../../../src/s3/crc64/running-crc64.ts'
import type { BareAnswer } from '../signing/bare.ts'
import { presigned, put } from './bare.ts'
import { showContestant } from './contestant.ts'

const CONNECTIONS = 6
const SLICE_SIZE = 8 * 1024 ** 2
let signed: BareAnswer | undefined

showContestant({
  prepare: async ([file]) => {
    signed = await presigned(Math.ceil((file?.size ?? 0) / SLICE_SIZE))
  },
  upload: async (files) => {
    const [file] = files
    if (!file || files.length > 1) throw new Error('expected exactly one file')
    const slices = Array.from({ length: Math.ceil(file.size / SLICE_SIZE) }, (_, index) =>
      file.slice(index * SLICE_SIZE, (index + 1) * SLICE_SIZE),
    ).entries()
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        for (const [index, slice] of slices) {
          await Promise.all([put(signed?.puts[index], slice), hash(slice)])
        }
      }),
    )
  },
})

async function hash(slice: Blob): Promise<Crc64> {
  const crc = new RunningCrc64()
  const reader = slice.stream().getReader()
  for (;;) {
    const { value } = await reader.read()
    if (!value) return crc.value
    crc.update(value)
  }
}
