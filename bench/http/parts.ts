/**
 * The CPU that resuming and completing an upload of up to 10,000 parts takes from the signer.
 *
 * @module
 */

import { join } from 'node:path'
import { type Contestant, interleave, type Scores } from '../harness/interleave.ts'
import { cpuMsOf, type NodeProcess, startNode } from '../harness/node-process.ts'
import { atMost, type Section, table } from '../harness/results.ts'
import { ratioOf, show, spreadOf } from '../harness/spread.ts'
import { PART_SIZE, PARTS_CRC64 } from './workload.ts'

const ROUNDS = 15
const WARM_UP_ROUNDS = 3

/** An upload of so many parts: a signer and its S3, each in a process of its own. */
interface Size extends Contestant {
  readonly parts: number
  readonly signer: NodeProcess
  readonly s3: NodeProcess
}

/** Milliseconds: CPU of the signer by call, CPU of S3, and the wall clock of all calls. */
interface Spent {
  readonly list: number
  readonly sign: number
  readonly complete: number
  readonly s3: number
  readonly wall: number
}

/** Measures all sizes. */
export async function measureParts(isQuick: boolean): Promise<Section> {
  const sizes = [await startSize(1_000), await startSize(3_000), await startSize(10_000)] as const
  try {
    const rounds = isQuick ? 1 : ROUNDS
    const spent = await interleave(sizes, rounds, resumeAndComplete, isQuick ? 1 : WARM_UP_ROUNDS)
    const [smallest, , largest] = sizes
    const growth = ratioOf(perPart(spent, largest), perPart(spent, smallest))
    const text = `
CPU of the signer's process (\`toNodeHandler\`) for \`list\`, \`parts\` with the signatures of all parts, and \`complete\` of one
upload. S3 is a process that has all parts and checks nothing, so that its time stays apart: pages of 1,000 parts with
CRC64NVME, one after another, as S3 gives them. *Wall clock* is that of the three calls, S3 and client included.

${tableOf(spent)}

${whereItGoes(spent, largest)}`
    const goals = [
      atMost('10,000 parts: ≤ 2 s of the signer', spreadOf(cpuOf(spent, largest)), 2000, 'ms', 0),
      atMost('linear: a part of 10,000 ≤ 1.2 × a part of 1,000', growth, 1.2, '×'),
    ]
    return { text, goals }
  } finally {
    for (const { signer, s3 } of sizes) await Promise.all([signer.end(), s3.end()])
  }
}

async function startSize(parts: number): Promise<Size> {
  const script = join(import.meta.dirname, 'server.ts')
  const s3 = await startNode([script, 'all-parts', String(parts)])
  const signer = await startNode([script, 'waybill-parts', `http://127.0.0.1:${s3.ready}`])
  return { name: parts.toLocaleString('en'), parts, signer, s3 }
}

/**
 * Resumes and completes one upload: the list of its parts, the signatures of all of them, and the
 * completion.
 * @throws {Error} When the signer refuses a call, or a part is missing in an answer.
 */
async function resumeAndComplete({ parts, signer, s3 }: Size): Promise<Spent> {
  const url = `http://127.0.0.1:${signer.ready}`
  const file = { name: 'film.mp4', size: parts * PART_SIZE, type: 'video/mp4' }
  const { uploads } = (await call(url, '', { files: [file] })) as {
    uploads: [{ waybill: string; uploadId: string }]
  }
  const { waybill, uploadId } = uploads[0]
  await cpuMsOf(signer)
  await cpuMsOf(s3)
  const before = performance.now()
  const listed = (await call(url, '/list', { waybill, uploadId })) as { parts: unknown[] }
  const list = await cpuMsOf(signer)
  const request = { waybill, uploadId, from: 1, count: parts }
  const signed = (await call(url, '/parts', request)) as { count: number }
  const sign = await cpuMsOf(signer)
  const done = { waybill, uploadId, crc64nvme: PARTS_CRC64 }
  const completed = (await call(url, '/complete', done)) as { size: number; verifiedBy: string }
  const complete = await cpuMsOf(signer)
  const wall = performance.now() - before
  const counts = [listed.parts.length, signed.count, completed.size / PART_SIZE]
  if (counts.some((count) => count !== parts) || completed.verifiedBy !== 'CRC64NVME') {
    throw new Error(`of ${parts} parts: ${counts.join(', ')}, ${completed.verifiedBy}`)
  }
  return { list, sign, complete, s3: await cpuMsOf(s3), wall }
}

async function call(url: string, path: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status} ${text}`)
  return JSON.parse(text)
}

/** Of the signer, in all. */
function cpuOf(spent: Scores<Size, Spent>, size: Size): number[] {
  const all = spent.get(size) ?? []
  return all.map(({ list, sign, complete }) => list + sign + complete)
}

/** Milliseconds. */
function perPart(spent: Scores<Size, Spent>, size: Size): number[] {
  return cpuOf(spent, size).map((ms) => ms / size.parts)
}

function medianOf(all: readonly Spent[], of: keyof Spent): string {
  return `${spreadOf(all.map((each) => each[of])).median.toFixed(0)} ms`
}

function tableOf(spent: Scores<Size, Spent>): string {
  const rows = [...spent].map(([size, all]) => {
    const cpu = cpuOf(spent, size)
    return [
      size.name,
      medianOf(all, 'list'),
      medianOf(all, 'sign'),
      medianOf(all, 'complete'),
      show(spreadOf(cpu), 'ms', 0),
      show(spreadOf(perPart(spent, size).map((ms) => ms * 1000)), 'µs', 0),
      medianOf(all, 's3'),
      medianOf(all, 'wall'),
    ]
  })
  const head = ['parts', 'list', 'sign', 'complete', 'signer in all', 'a part', 'S3', 'wall clock']
  return table([head, ...rows])
}

function whereItGoes(spent: Scores<Size, Spent>, largest: Size): string {
  const all = spent.get(largest) ?? []
  return `Where it goes, of ${largest.name} parts: ${medianOf(all, 'sign')} are signatures (a hash and an HMAC each), ${medianOf(all, 'list')} reading ten pages of XML and
writing them as JSON, ${medianOf(all, 'complete')} the same pages again (the signer does not trust a list from a client) and the XML that names each part.`
}
