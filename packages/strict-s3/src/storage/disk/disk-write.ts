/**
 * Writes files. A draft's bytes go to a temporary file, which is renamed once all of them have been
 * written. Small files are written synchronously, because each step is faster than handing it to
 * another thread.
 *
 * @module
 */

import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { OWNER_ONLY } from '@waybill/command-line/own-directory'
import type { Draft } from '../storage.ts'
import { BlockChecksums } from './block-checksums.ts'
import { fileTail } from './record-file.ts'

/**
 * The number of bytes per write. It is large enough for few system calls and small enough to save
 * memory.
 */
const FLUSH_SIZE = 1024 * 1024

/** The first write creates the temporary file. */
export class DiskDraft implements Draft {
  readonly #path: string
  readonly #blocks = new BlockChecksums()
  #size = 0
  #pending: Uint8Array[] = []
  #pendingSize = 0
  #writing: Promise<void> = Promise.resolve()
  #state: 'empty' | 'written' | 'gone' = 'empty'
  #file: FileHandle | undefined

  constructor(path: string) {
    this.#path = path
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#blocks.update(chunk)
    this.#size += chunk.length
    this.#pending.push(chunk)
    this.#pendingSize += chunk.length
    return this.#pendingSize < FLUSH_SIZE ? undefined : this.#flush()
  }

  /**
   * Waits for the previous write, but not for the new one, so that more bytes can be received in
   * the meantime.
   */
  async #flush(): Promise<void> {
    const chunks = this.#takePending()
    await this.#writing
    this.#state = 'written'
    this.#file ??= await open(this.#path, 'wx', OWNER_ONLY.file)
    this.#writing = writeAll(this.#file, chunks)
    // If the write fails, the next call throws the error. Without this handler, Node would treat
    // the rejection as unhandled in the meantime.
    this.#writing.catch(() => {})
  }

  #takePending(): readonly Uint8Array[] {
    const chunks = this.#pending
    this.#pending = []
    this.#pendingSize = 0
    return chunks
  }

  async saveAs(path: string, record: object): Promise<void> {
    this.#pending.push(fileTail(this.#size, this.#blocks.table(), record))
    if (this.#state === 'empty' && this.#size <= MAX_SMALL_SIZE) {
      this.#state = 'written'
      writeSmallFile(this.#path, this.#takePending())
    } else {
      await this.#flush()
      await this.#writing
      await this.#close()
    }
    await renameFile(this.#path, path)
    this.#state = 'gone'
  }

  async discard(): Promise<void> {
    await this.#writing.catch(() => {})
    await this.#close()
    if (this.#state === 'written') await rm(this.#path, { force: true })
    this.#state = 'gone'
  }

  async #close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }
}

async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  const [first, second] = chunks
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const { bytesWritten } =
    first && !second ? await file.write(first) : await file.writev([...chunks])
  if (bytesWritten === total) return
  // If the disk is nearly full, only some bytes may have been written. Writing the rest either
  // succeeds or throws the error.
  let rest = Buffer.concat(chunks).subarray(bytesWritten)
  while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten)
}

/** In bytes. Writing a small file briefly blocks all requests. */
const MAX_SMALL_SIZE = 256 * 1024

/**
 * @param flush - Whether the file must survive a power failure too.
 * @throws {Error} `EEXIST`, or another file system error. The file may exist afterwards.
 */
export function writeSmallFile(
  path: string,
  chunks: Iterable<Uint8Array>,
  { flush = false } = {},
): void {
  const file = openSync(path, 'wx', OWNER_ONLY.file)
  try {
    for (const chunk of chunks) {
      // If the disk is nearly full, only some bytes may be written. Writing the rest either
      // succeeds or throws the error.
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at)
    }
    if (flush) fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const FIRST_WAIT_MS = 10
const LAST_WAIT_MS = 1280

/**
 * If a file with the new name exists, it is replaced.
 *
 * On Windows, a file cannot be renamed or replaced while another program has it open, and virus
 * scanners and indexers briefly open each new file. In that case, this function retries for up to
 * two and a half seconds.
 */
export async function renameFile(from: string, to: string): Promise<void> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs *= 2) {
    try {
      return renameSync(from, to)
    } catch (error) {
      if (waitMs > LAST_WAIT_MS || !isHeldOpen(error)) throw error
    }
    await setTimeout(waitMs)
  }
}

function isHeldOpen(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EPERM' || code === 'EACCES' || code === 'EBUSY'
}
