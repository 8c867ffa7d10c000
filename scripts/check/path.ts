/**
 * Counts the files of `src/` that one upload passes through, with V8's coverage: every file of
 * which a function ran between `upload()` and `done`. A reader who follows an upload must open that
 * many files.
 *
 * Signer, storage, resume store and effects are functions of this script, so that only the client
 * is counted. The first client had 26 files for 3 MB and 34 for 1 GiB. A file of few parts passes
 * through the same files as one of many, so four parts are enough. `--list` prints the names.
 * In Node one file more is passed than in browsers: how requests look without `XMLHttpRequest`.
 *
 * It normally takes two seconds. After a minute it says what it was waiting for, and fails.
 *
 * @module
 */

import { Session } from 'node:inspector/promises'
import { relative } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createUploader, type ResumeRecord, type ResumeStore } from 'waybill/client'

const MIB = 1024 ** 2
const PART_SIZE = 8 * MIB
const LONGEST_MS = 60_000

interface Case {
  readonly name: string
  readonly size: number
  readonly strategy: 'post' | 'multipart'
  /** How many files are allowed. */
  readonly most: number
}

const CASES: readonly Case[] = [
  { name: '3 MB in one request', size: 3_000_000, strategy: 'post', most: 23 },
  { name: '32 MiB in 4 parts', size: 32 * MIB, strategy: 'multipart', most: 31 },
]

/** What has begun and has not ended, such as `PUT /k`. */
const underWay = new Set<string>()

/**
 * A `fetch` whose signer and storage accept everything. Like a real one it ends when its signal
 * does, so that the client can end a request whose body does not come.
 */
function scripted(file: Case): typeof fetch {
  const respond = respondTo(file)
  return async (input, init) => {
    const { pathname, searchParams } = new URL(String(input))
    const request = `${init?.method ?? 'GET'} ${pathname} ${searchParams.get('partNumber') ?? ''}`
    underWay.add(request)
    try {
      return await Promise.race([respond(input, init), failWith(init?.signal)])
    } finally {
      underWay.delete(request)
    }
  }
}

/** Rejects when the signal is aborted. */
function failWith(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** The first window holds one part, so that the client asks for a second one. */
function respondTo({ size, strategy }: Case): typeof fetch {
  const common = { waybill: 'w', key: 'k', expiration: '2026-01-01T00:00:00Z' }
  const post = {
    ...common,
    strategy: 'post',
    presignedPost: { url: 'https://s3.example/', fields: { key: 'k' } },
  }
  const partCount = Math.ceil(size / PART_SIZE)
  const window = (from: number, count: number) => ({
    from,
    count,
    url: 'https://s3.example/k?partNumber={partNumber}&X-Amz-Signature={signature}',
    signatures: 'A'.repeat(Math.ceil((count * 32 * 4) / 3)),
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
    if (pathname === '/parts') {
      const { from } = JSON.parse(String(init?.body))
      return Response.json(window(from, partCount - from + 1))
    }
    const grant = strategy === 'multipart' ? { ...multipart, parts: window(1, 1) } : post
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
async function filesPassed(given: Case): Promise<string[]> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  const file = new File([new Uint8Array(given.size)], 'film.mp4', { type: 'video/mp4' })
  const uploader = createUploader({
    endpoint: 'https://signer.example/',
    fetch: scripted(given),
    resumeStore: memoryRecords(),
    effects: {
      now: () => new Date(),
      monotonicMs: () => performance.now(),
      random: () => 0,
      wait: (ms, signal) => wait(ms, undefined, { signal }),
      online: { isOnline: () => true, whenOnline: async () => undefined },
    },
  })
  await session.post('Profiler.takePreciseCoverage') // resets the counters
  await uploader.upload(file).done
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  const source = fileURLToPath(new URL('../../src/', import.meta.url))
  const passed = result.filter(
    // The first function of a module is the module itself, which runs at its import.
    ({ url, functions }) =>
      url.startsWith('file:') &&
      functions.some(({ functionName, ranges }) => functionName !== '' && ranges[0]?.count) &&
      fileURLToPath(url).startsWith(source),
  )
  return passed.map(({ url }) => relative(source, fileURLToPath(url))).sort()
}

let current = ''
const watchdog = setTimeout(() => {
  const requests = [...underWay].join(', ') || 'no request'
  console.error(`took longer than ${LONGEST_MS / 1000} seconds: ${current}, under way: ${requests}`)
  process.exit(1)
}, LONGEST_MS)
let failed = false
for (const given of CASES) {
  current = given.name
  const files = await filesPassed(given)
  const own = files.filter((file) => file.startsWith('client/'))
  console.log(
    `${current}: ${own.length} files of client/ (at most ${given.most}), ${files.length} of src/`,
  )
  if (process.argv.includes('--list')) console.log(`  ${files.join('\n  ')}`)
  failed ||= own.length > given.most
}
clearTimeout(watchdog)
process.exit(failed ? 1 : 0)
