/**
 * Bytes on their way into a file: a temporary one until they are all there, and on the disk, and renamed.
 *
 * @module
 */

import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import type { Draft } from '../storage.ts'
import { BlockChecksums } from './block-checksums.ts'
import { OWNER_ONLY } from './disk-paths.ts'
import { fileTail } from './record-file.ts'

/** Written at once: large enough that the system calls do not count, small enough to keep memory flat. */
const FLUSH_SIZE = 1024 * 1024

export class DiskDraft implements Draft {
  readonly #path: string
  readonly #file: FileHandle
  readonly #blocks = new BlockChecksums()
  #size = 0
  #pending: Uint8Array[] = []
  #pendingSize = 0
  #writing: Promise<void> = Promise.resolve()
  #open = true

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  static async create(path: string): Promise<DiskDraft> {
    return new DiskDraft(path, await open(path, 'wx', OWNER_ONLY.file))
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#blocks.update(chunk)
    this.#size += chunk.length
    this.#pending.push(chunk)
    this.#pendingSize += chunk.length
    return this.#pendingSize < FLUSH_SIZE ? undefined : this.#flush()
  }

  /** Waits for the previous flush only: while one is written, the next is filled. */
  async #flush(): Promise<void> {
    const chunks = this.#pending
    this.#pending = []
    this.#pendingSize = 0
    await this.#writing
    this.#writing = writeAll(this.#file, chunks)
    // Whoever waits for it next hears of a failure; until then it is not unhandled.
    this.#writing.catch(() => {})
  }

  /** Appends the record, makes sure that everything is on the disk, and gives the file its name. */
  async saveAs(path: string, record: object): Promise<void> {
    this.#pending.push(fileTail(this.#size, this.#blocks.table(), record))
    await this.#flush()
    await this.#writing
    await this.#file.sync()
    await this.#close()
    await rename(this.#path, path)
  }

  async discard(): Promise<void> {
    await this.#writing.catch(() => {})
    await this.#close()
    await rm(this.#path, { force: true })
  }

  async #close(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    await this.#file.close()
  }
}

async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  const [first, second] = chunks
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const { bytesWritten } =
    first && !second ? await file.write(first) : await file.writev([...chunks])
  if (bytesWritten === total) return
  // A nearly full disk takes some; the rest either goes or says why not.
  let rest = Buffer.concat(chunks).subarray(bytesWritten)
  while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten)
}
