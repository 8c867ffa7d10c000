/**
 * The limits: bare requests, the best that the platform can do. No retry, no progress; but for the
 * limit that proves, signed before the measurement.
 *
 * @module
 */

import { RunningCrc64 } from '../../../packages/waybill-s3/src/crc64/running-crc64.ts'
import { inLanes } from '../../harness/lanes.ts'
import { type BareAnswer, PATHS } from '../paths.ts'
import { type Form, type ReadFile, uploadProven } from '../proven.ts'
import { showContestants } from './measure.ts'

/** All that a browser opens to one host. */
const CONNECTIONS = 6
/** As long as Waybill's parts. */
const SLICE_SIZE = 8 * 1024 ** 2
let signed: BareAnswer | undefined

showContestants({
  /** One PUT for a large file; forms for small ones, as many at the same time as the browser allows. */
  fetch: {
    prepare: (files) => presign(files.length),
    upload: async (files) => {
      const [first] = files
      if (first && files.length === 1) await put(0, first)
      else await Promise.all(files.map((file, index) => post(signed?.posts[index], file)))
    },
  },
  /**
   * Each of six connections sends a sixth of the file as a separate object. No client that makes
   * one object can be faster.
   */
  'fetch-6': {
    prepare: () => presign(CONNECTIONS),
    upload: ([file]) => {
      const slices = slicesOf(file, Math.ceil((file?.size ?? 0) / CONNECTIONS))
      return Promise.all(slices.map((slice, index) => put(index, slice)))
    },
  },
  /**
   * Slices, six at the same time. Each is read a second time for its CRC64NVME, because a page
   * cannot see the bytes that the browser sends. No client that proves as much can be faster.
   */
  'fetch-checked': {
    prepare: ([file]) => presign(slicesOf(file, SLICE_SIZE).length),
    upload: ([file]) =>
      inLanes(slicesOf(file, SLICE_SIZE), (slice, index) =>
        Promise.all([put(index, slice), hash(slice)]),
      ),
  },
  /**
   * All that proves the files. The browser reads each a second time to send it: a page that gives
   * it the bytes instead copies them to another process.
   */
  'fetch-proven': {
    upload: (files) =>
      uploadProven({ appUrl: '', read, send: (form, _read, file) => post(form, file) }, files),
  },
})

async function presign(count: number): Promise<void> {
  const answer = await fetch(PATHS.bare, { method: 'POST', body: JSON.stringify({ count }) })
  signed = await answer.json()
}

async function put(index: number, body: Blob): Promise<void> {
  await check(await fetch(signed?.puts[index] ?? '', { method: 'PUT', body }))
}

/** Sends a form. It is a simple request: unlike a PUT it needs no preflight. */
async function post(form: Form | undefined, file: Blob): Promise<void> {
  const body = new FormData()
  for (const [name, value] of Object.entries(form?.fields ?? {})) body.append(name, value)
  body.append('file', file)
  await check(await fetch(form?.url ?? '', { method: 'POST', body }))
}

async function check(answer: Response): Promise<void> {
  if (!answer.ok) throw new Error(`the response was ${answer.status}: ${await answer.text()}`)
}

function slicesOf(file: File | undefined, size: number): Blob[] {
  if (!file) throw new TypeError('there is no file')
  return Array.from({ length: Math.ceil(file.size / size) }, (_, index) =>
    file.slice(index * size, (index + 1) * size),
  )
}

async function hash(slice: Blob): Promise<void> {
  const crc = new RunningCrc64()
  const reader = slice.stream().getReader()
  for (;;) {
    const { value } = await reader.read()
    if (!value) break
    crc.update(value)
  }
  void crc.value
}

async function read(file: File): Promise<ReadFile> {
  return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }
}
