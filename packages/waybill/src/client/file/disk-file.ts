/**
 * Opens files by path in Node, Bun and Deno. Node's modules come from the running process instead
 * of imports, because browser bundlers would follow or reject the imports.
 *
 * @module
 */

const PIECE_SIZE = 512 * 1024

/**
 * Bytes reserved around a small file's content, so that the rest of its form can be written there
 * without copying the content.
 */
const ROOM = { before: 8192, after: 256 } as const

export async function openFile(path: string): Promise<File> {
  const fs = builtin('fs')
  const stats = await fs.promises.stat(path)
  if (!stats.isFile()) throw new TypeError(`${path} is not a file`)
  const name = builtin('path').basename(path)
  const lastModified = Math.trunc(stats.mtimeMs)
  return new DiskFile({ fs, kept, path, name, lastModified, size: stats.size })
}

interface Builtins {
  readonly crypto: typeof import('node:crypto')
  readonly fs: typeof import('node:fs')
  readonly os: typeof import('node:os')
  readonly path: typeof import('node:path')
}

export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  const found = globalThis.process?.getBuiltinModule?.(name)
  if (!found) throw new TypeError('paths need Node: give a File or Blob here')
  return found
}

interface OpenedFile {
  readonly fs: Pick<typeof import('node:fs'), 'promises'>
  readonly kept: KeptBytes
  readonly path: string
  readonly name: string
  readonly lastModified: number
  readonly size: number
}

/**
 * A file on disk, or a slice of one. It replaces `fs.openAsBlob`, which takes twice the CPU and
 * memory in Node, reads the whole file into memory in Deno, and does not notice changes to the file
 * in Bun.
 *
 * A runtime that reads a `Blob` natively, as a request body or as part of another `Blob`, finds
 * this file empty. Use `within` instead of putting the file into another `Blob`.
 */
export class DiskFile extends File {
  readonly #file: OpenedFile
  readonly #start: number
  readonly #end: number

  constructor(file: OpenedFile, start = 0, end = file.size, type = '') {
    super([], file.name, { type, lastModified: file.lastModified })
    this.#file = file
    this.#start = start
    this.#end = end
  }

  override get size(): number {
    return this.#end - this.#start
  }

  override slice(start = 0, end = this.size, type = ''): DiskFile {
    const from = this.#start + this.#clamp(start)
    const to = this.#start + this.#clamp(end)
    return new DiskFile(this.#file, from, Math.max(from, to), type)
  }

  #clamp(index: number): number {
    return Math.min(this.size, Math.max(0, index < 0 ? this.size + index : index))
  }

  /** Replaces `new Blob([before, this, after], { type })`, which cannot read this file. */
  within(before: string, after: string, type: string): Blob {
    return new FramedFile(this, before, after, type)
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return streamOf(this.pieces())
  }

  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const whole = new Uint8Array(this.size)
    await this.readInto(whole)
    return whole
  }

  /**
   * Computes the SHA-256 and keeps a small file's bytes, so that sending the file does not read it
   * again. Small files use `createHash`, because starting the asynchronous hash takes longer than
   * hashing them.
   */
  async hashOnce(): Promise<ArrayBuffer> {
    if (!KeptBytes.fits(this.size)) return crypto.subtle.digest('SHA-256', await this.bytes())
    const { before, after } = ROOM
    const bytes = new Uint8Array(before + this.size + after).subarray(before, before + this.size)
    await this.readInto(bytes)
    this.#file.kept.keep(this, bytes)
    return Uint8Array.from(builtin('crypto').createHash('sha256').update(bytes).digest()).buffer
  }

  takeKept(): Uint8Array<ArrayBuffer> | undefined {
    return this.#file.kept.take(this)
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes())
  }

  async readInto(target: Uint8Array): Promise<void> {
    const known = this.takeKept()
    if (known) return target.set(known)
    const handle = await this.#file.fs.promises.open(this.#file.path)
    try {
      for (let read = 0; read < target.length; ) {
        read += await this.#readPiece(handle, target.subarray(read), this.#start + read)
      }
    } finally {
      await handle.close()
    }
  }

  async *pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    const known = this.takeKept()
    if (known) return yield known
    const handle = await this.#file.fs.promises.open(this.#file.path)
    try {
      for (let position = this.#start; position < this.#end; ) {
        const piece = new Uint8Array(Math.min(PIECE_SIZE, this.#end - position))
        const read = await this.#readPiece(handle, piece, position)
        yield piece.subarray(0, read)
        position += read
      }
    } finally {
      await handle.close()
    }
  }

  /**
   * @returns The number of bytes read, at least 1.
   * @throws {DOMException} `NotReadableError`, as in browsers, when the file has changed.
   */
  async #readPiece(handle: FileHandle, piece: Uint8Array, position: number): Promise<number> {
    const { size, lastModified } = this.#file
    const stats = await handle.stat()
    const isSame = stats.size === size && Math.trunc(stats.mtimeMs) === lastModified
    const { bytesRead } = await handle.read(piece, 0, piece.length, position)
    if (!isSame || bytesRead === 0) {
      throw new DOMException('the file has changed', 'NotReadableError')
    }
    return bytesRead
  }
}

type FileHandle = import('node:fs/promises').FileHandle

/** A file on disk with a string before and after it. `slice` and `text` are not supported. */
class FramedFile extends Blob {
  readonly #file: DiskFile
  readonly #before: Uint8Array<ArrayBuffer>
  readonly #after: Uint8Array<ArrayBuffer>

  constructor(file: DiskFile, before: string, after: string, type: string) {
    super([], { type })
    this.#file = file
    this.#before = new TextEncoder().encode(before)
    this.#after = new TextEncoder().encode(after)
  }

  override get size(): number {
    return this.#before.length + this.#file.size + this.#after.length
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.joined()
    return bytes.length === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer
  }

  override bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.joined()
  }

  /**
   * Writes the strings directly before and after the kept bytes if enough room was reserved.
   * Otherwise, copies everything.
   */
  async joined(): Promise<Uint8Array<ArrayBuffer>> {
    const kept = this.#file.takeKept()
    const start = this.#before.length
    const end = start + this.#file.size
    const framed = kept && withRoom(kept, start, this.#after.length)
    const whole = framed ?? new Uint8Array(this.size)
    whole.set(this.#before)
    whole.set(this.#after, end)
    if (kept && !framed) whole.set(kept, start)
    if (!kept) await this.#file.readInto(whole.subarray(start, end))
    return whole
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return streamOf(this.#pieces())
  }

  async *#pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    yield this.#before
    yield* this.#file.pieces()
    yield this.#after
  }
}

function withRoom(
  { buffer, byteOffset, length }: Uint8Array<ArrayBuffer>,
  before: number,
  after: number,
): Uint8Array<ArrayBuffer> | undefined {
  const isEnough = byteOffset >= before && byteOffset + length + after <= buffer.byteLength
  return isEnough ? new Uint8Array(buffer, byteOffset - before, before + length + after) : undefined
}

function streamOf(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await pieces.return()
    },
  })
}

const MIB = 1024 ** 2

const MAX_SIZE = MIB
/** Limit for all kept files together. Files that do not fit are read twice. */
const MAX_TOTAL = 16 * MIB

/**
 * Keeps the bytes of small files between hashing and sending, so that Node reads each file only
 * once.
 */
export class KeptBytes {
  readonly #bytes = new WeakMap<object, Uint8Array<ArrayBuffer>>()
  readonly #garbage = new FinalizationRegistry<number>((size) => {
    this.#total -= size
  })
  #total = 0

  static fits(size: number): boolean {
    return size <= MAX_SIZE
  }

  keep(file: object, bytes: Uint8Array<ArrayBuffer>): void {
    const size = bytes.buffer.byteLength
    if (this.#bytes.has(file) || !KeptBytes.fits(bytes.length) || this.#total + size > MAX_TOTAL)
      return
    this.#bytes.set(file, bytes)
    this.#total += size
    this.#garbage.register(file, size, file)
  }

  take(file: object): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#bytes.get(file)
    if (!bytes) return undefined
    this.#bytes.delete(file)
    this.#garbage.unregister(file)
    this.#total -= bytes.buffer.byteLength
    return bytes
  }
}

const kept = new KeptBytes()
