/**
 * Counts the files of `src/` that one upload passes through, with V8's coverage: every file of
 * which a function ran between `upload()` and `done`. A reader who follows an upload must open that
 * many files.
 *
 * Signer, storage, resume store and effects are functions of this script, so that only the client
 * is counted. The first client had 26 files for 3 MB and 34 for 1 GiB. `--list` prints their names.
 *
 * @module
 */

import { Session } from 'node:inspector/promises'
import { relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createUploader, type ResumeRecord, type ResumeStore } from 'waybill/client'

const MIB = 1024 ** 2
const PART_SIZE = 8 * MIB

/** How many files are allowed. */
const FILES: readonly { readonly name: string; readonly size: number; readonly most: number }[] = [
  { name: '3 MB', size: 3_000_000, most: 17 },
  { name: '1 GiB', size: 1024 * MIB, most: 24 },
]

/** A signer and a storage that accept everything. */
function scripted(size: number): typeof fetch {
  const common = { waybill: 'w', key: 'k', expiration: '2026-01-01T00:00:00Z' }
  const post = {
    ...common,
    strategy: 'post',
    presignedPost: { url: 'https://s3.example/', fields: { key: 'k' } },
  }
  const partCount = Math.ceil(size / PART_SIZE)
  const window = (from: number) => ({
    from,
    count: Math.min(100, partCount - from + 1),
    url: 'https://s3.example/k?partNumber={partNumber}&X-Amz-Signature={signature}',
    signatures: 'A'.repeat(Math.ceil((Math.min(100, partCount - from + 1) * 32 * 4) / 3)),
    headers: {},
    expiration: common.expiration,
  })
  const multipart = { ...common, strategy: 'multipart', uploadId: 'u', partSize: PART_SIZE }
  return async (input, init) => {
    const { hostname, pathname } = new URL(String(input))
    if (hostname === 's3.example') {
      if (init?.body instanceof ReadableStream) await new Response(init.body).arrayBuffer()
      return new Response('')
    }
    if (pathname === '/complete') {
      return Response.json({ key: 'k', size, etag: 'e', verifiedBy: 'checksum' })
    }
    if (pathname === '/parts') return Response.json(window(JSON.parse(String(init?.body)).from))
    const grant = size > 16 * MIB ? { ...multipart, parts: window(1) } : post
    return Response.json({ uploads: [grant] })
  }
}

/** A resume store as in browsers: it remembers large files. */
function memoryRecords(): ResumeStore {
  const records = new Map<string, ResumeRecord>()
  return {
    read: async (id) => records.get(id),
    write: async (record) => {
      records.set(record.id, record)
    },
    remove: async (id) => {
      records.delete(id)
    },
    list: async () => [...records.values()],
    claim: async () => () => {},
  }
}

/** Finds the files below `src/` whose functions ran, sorted. */
async function filesPassed(size: number): Promise<string[]> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  const piece = new Blob([new Uint8Array(Math.min(size, 64 * MIB))])
  const file = new File(Array(Math.ceil(size / piece.size)).fill(piece), 'film.mp4')
  const uploader = createUploader({
    endpoint: 'https://signer.example/',
    fetch: scripted(size),
    resumeStore: memoryRecords(),
    effects: {
      now: () => new Date(),
      random: () => 0,
      wait: (ms, signal) => setTimeout(ms, undefined, { signal }),
      online: { isOnline: () => true, whenOnline: async () => undefined },
    },
  })
  await session.post('Profiler.takePreciseCoverage') // resets the counters
  await uploader.upload(file).done
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  const source = fileURLToPath(new URL('../src/', import.meta.url))
  const passed = result.filter(
    // The first function of a module is the module itself, which runs at its import.
    ({ url, functions }) =>
      url.startsWith('file:') &&
      functions.some(({ functionName, ranges }) => functionName !== '' && ranges[0]?.count) &&
      fileURLToPath(url).startsWith(source),
  )
  return passed.map(({ url }) => relative(source, fileURLToPath(url))).sort()
}

let failed = false
for (const { name, size, most } of FILES) {
  const files = await filesPassed(size)
  const own = files.filter((file) => file.startsWith('client/'))
  console.log(`${name}: ${own.length} files of client/ (at most ${most}), ${files.length} of src/`)
  if (process.argv.includes('--list')) console.log(`  ${files.join('\n  ')}`)
  failed ||= own.length > most
}
process.exit(failed ? 1 : 0)
