/**
 * Files by path, in Node, Bun and Deno. Loaded only when a path is given. The modules come from the
 * running process, without the scheme, so that no bundler for browsers follows or refuses them.
 *
 * @module
 */

/** Bytes that are read at once. */
const PIECE_SIZE = 512 * 1024

/** @returns A `File` that is read from disk slice by slice. */
export async function openFile(path: string): Promise<File> {
  const fs = builtin('fs')
  const stats = await fs.promises.stat(path)
  if (!stats.isFile()) throw new TypeError(`${path} is not a file`)
  const name = builtin('path').basename(path)
  const lastModified = Math.trunc(stats.mtimeMs)
  if ('bun' in process.versions || 'deno' in process.versions) {
    return new DiskFile({ fs, path, name, lastModified, size: stats.size })
  }
  return new File([await fs.openAsBlob(path)], name, { lastModified })
}

type Builtins = { fs: typeof import('node:fs'); path: typeof import('node:path') }

/** @throws {TypeError} Where there is no file system. */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  const found = globalThis.process?.getBuiltinModule?.(name)
  if (!found) throw new TypeError('paths need Node: give a File or Blob here')
  return found
}

/** A file as it was when it was opened. */
interface OpenedFile {
  readonly fs: Pick<typeof import('node:fs'), 'promises'>
  readonly path: string
  readonly name: string
  readonly lastModified: number
  readonly size: number
}

/**
 * Bytes `start` to before `end` of a file on disk, for runtimes whose own `fs.openAsBlob` does not
 * do: Deno's reads the whole file into memory, and Bun's does not notice that the file changed.
 *
 * It holds no bytes. What a runtime reads without calling `stream` or `arrayBuffer` (a `Blob` made
 * of it, a request with it as its body) is empty.
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

  /** A negative index counts from the end. */
  #clamp(index: number): number {
    return Math.min(this.size, Math.max(0, index < 0 ? this.size + index : index))
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const pieces = this.#pieces()
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

  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const whole = new Uint8Array(this.size)
    let read = 0
    for await (const piece of this.#pieces()) {
      whole.set(piece, read)
      read += piece.length
    }
    return whole
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes())
  }

  /** @throws {DOMException} `NotReadableError`, as browsers do, when the file has changed. */
  async *#pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    const { fs, path, size, lastModified } = this.#file
    const handle = await fs.promises.open(path)
    try {
      for (let position = this.#start; position < this.#end; ) {
        const stats = await handle.stat()
        const isSame = stats.size === size && Math.trunc(stats.mtimeMs) === lastModified
        const piece = new Uint8Array(Math.min(PIECE_SIZE, this.#end - position))
        const { bytesRead } = await handle.read(piece, 0, piece.length, position)
        if (!isSame || bytesRead === 0) {
          throw new DOMException('the file has changed', 'NotReadableError')
        }
        yield piece.subarray(0, bytesRead)
        position += bytesRead
      }
    } finally {
      await handle.close()
    }
  }
}
