/**
 * Uploads of one size: a signer and its S3, each in a process of its own.
 *
 * @module
 */

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Contestant } from '../harness/interleave.ts'
import { nextMessage, spawnNode } from '../harness/spawn-node.ts'
import { CRC64, PART_SIZE } from './workload.ts'

/** A signer and its S3. */
export interface Size extends Contestant {
  readonly parts: number
  readonly signer: ChildProcess
  readonly s3: ChildProcess
  readonly url: string
}

/** Milliseconds: CPU of the signer by call, CPU of S3, and the wall clock of all calls. */
export interface Spent {
  readonly list: number
  readonly sign: number
  readonly complete: number
  readonly s3: number
  readonly wall: number
}

/** Starts both. */
export async function startSize(parts: number): Promise<Size> {
  const s3 = start('s3.ts', String(parts))
  const port = Number(await nextMessage(s3))
  const signer = start('signer.ts', `http://127.0.0.1:${port}`)
  const url = String(await nextMessage(signer))
  return { name: parts.toLocaleString('en'), parts, signer, s3, url }
}

/** Ends both. */
export async function endSize({ signer, s3 }: Size): Promise<void> {
  for (const child of [signer, s3]) {
    const exited = once(child, 'exit')
    child.disconnect()
    await exited
  }
}

function start(script: string, argument: string): ChildProcess {
  return spawnNode((words) => words, [join(import.meta.dirname, script), argument])
}

/**
 * Resumes and completes one upload: the list of its parts, the signatures of all of them, and the
 * completion.
 * @throws {Error} When the signer refuses a call, or a part is missing in an answer.
 */
export async function resumeAndComplete({ url, parts, signer, s3 }: Size): Promise<Spent> {
  const size = parts * PART_SIZE
  const file = { name: 'film.mp4', size, type: 'video/mp4' }
  const { uploads } = (await call(url, '', { files: [file] })) as {
    uploads: [{ waybill: string; uploadId: string }]
  }
  const { waybill, uploadId } = uploads[0]
  await cpuMs(signer)
  await cpuMs(s3)
  const before = performance.now()
  const listed = (await call(url, '/list', { waybill, uploadId })) as { parts: unknown[] }
  const list = await cpuMs(signer)
  const request = { waybill, uploadId, from: 1, count: parts }
  const signed = (await call(url, '/parts', request)) as { count: number }
  const sign = await cpuMs(signer)
  const done = { waybill, uploadId, crc64nvme: CRC64 }
  const completed = (await call(url, '/complete', done)) as { size: number; verifiedBy: string }
  const complete = await cpuMs(signer)
  const wall = performance.now() - before
  const counts = [listed.parts.length, signed.count, completed.size / PART_SIZE]
  if (counts.some((count) => count !== parts) || completed.verifiedBy !== 'CRC64NVME') {
    throw new Error(`of ${parts} parts: ${counts.join(', ')}, ${completed.verifiedBy}`)
  }
  return { list, sign, complete, s3: await cpuMs(s3), wall }
}

async function call(url: string, path: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status} ${text}`)
  return JSON.parse(text)
}

async function cpuMs(child: ChildProcess): Promise<number> {
  child.send('take')
  return Number(await nextMessage(child)) / 1000
}
