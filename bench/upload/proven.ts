/**
 * The limit of clients that prove what they store: SHA-256 of each file, permission, one form, the
 * comparison; a hundred files in one call to the signer. Only these requests, none tried again,
 * nothing told of progress.
 *
 * @module
 */

import { inLanes } from '../harness/lanes.ts'
import { PATHS } from './paths.ts'

/** The form of a file that the signer has granted. */
export interface Form {
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
}

/** A file whose bytes are in memory. */
export interface ReadFile {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What differs between platforms. */
export interface ProvenPlatform<File> {
  /** Origin of the signer; empty in its own page. */
  readonly appUrl: string
  readonly read: (file: File) => Promise<ReadFile>
  readonly send: (form: Form, read: ReadFile, file: File) => Promise<void>
}

interface Granted {
  readonly waybill: string
  readonly presignedPost: Form
}

/** As Waybill's: the first call is small, so that bytes leave early. */
const FIRST = 12
const MOST = 100

/** Uploads the files: while one batch is sent, the next is hashed and the one before compared. */
export async function uploadProven<File>(
  platform: ProvenPlatform<File>,
  files: readonly File[],
): Promise<void> {
  const comparing: Promise<unknown>[] = []
  const batches = [files.slice(0, FIRST)]
  for (let start = FIRST; start < files.length; start += MOST) {
    batches.push(files.slice(start, start + MOST))
  }
  let next = prepare(platform, batches[0] ?? [])
  for (const index of batches.keys()) {
    const batch = await next
    next = prepare(platform, batches[index + 1] ?? [])
    await inLanes(batch, ([granted, read, file]) =>
      platform.send(granted.presignedPost, read, file),
    )
    const uploads = batch.map(([{ waybill }]) => ({ waybill }))
    comparing.push(ask<unknown>(`${platform.appUrl}${PATHS.waybill}/complete`, { uploads }))
  }
  await Promise.all(comparing)
}

async function prepare<File>(
  { appUrl, read }: ProvenPlatform<File>,
  files: readonly File[],
): Promise<(readonly [Granted, ReadFile, File])[]> {
  if (files.length === 0) return []
  const all = await Promise.all(files.map(read))
  const described = await Promise.all(all.map(describe))
  const granted = await ask<Granted>(`${appUrl}${PATHS.waybill}`, { files: described })
  return files.map((file, index) => [granted[index] as Granted, all[index] as ReadFile, file])
}

async function describe({ name, bytes }: ReadFile) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const sha256 = btoa(String.fromCharCode(...hash))
  return { name, size: bytes.length, type: 'application/octet-stream', sha256 }
}

async function ask<Answer>(url: string, message: object): Promise<Answer[]> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(message) })
  const { uploads } = (await answer.json()) as { readonly uploads: Answer[] }
  const failed = uploads.find((each) => each instanceof Object && 'error' in each)
  if (failed) throw new Error(JSON.stringify(failed))
  return uploads
}
