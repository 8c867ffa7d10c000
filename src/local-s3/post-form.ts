/**
 * Reads a `multipart/form-data` body as PostObject needs it: all fields before the file, then the file as a stream.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTForms.html
 * @module
 */

import { once } from 'node:events'
import type { BusboyFileStream, BusboyInstance } from '@fastify/busboy'
import { S3Error } from '../s3/index.ts'

export interface PostForm {
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>
  /** Of the file, without a path. */
  readonly fileName: string
  /** Throws `MalformedPOSTRequest` when the form does not end as one. */
  readonly file: AsyncIterable<Uint8Array>
}

/** What S3 takes before the file. */
const MAX_PRE_DATA = 20_480
/** The same with the boundaries and part headers of some hundred fields, which S3 does not count. */
const MAX_RAW_PRE_DATA = 4 * MAX_PRE_DATA

/**
 * Reads up to the file.
 *
 * @param source - The body.
 * @throws {S3Error} `MaxPostPreDataLengthExceededError`, `MalformedPOSTRequest`, `PreconditionFailed`;
 *   `InvalidArgument` when there is no field `file`, or a field comes twice.
 */
export async function readPostForm(
  contentType: string,
  source: AsyncIterable<Uint8Array>,
): Promise<PostForm> {
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(contentType)) {
    throw new S3Error('PreconditionFailed', undefined, {
      Condition: 'Bucket POST must be of the enclosure-type multipart/form-data',
    })
  }
  const reader = new FormReader(await openParser(contentType))
  const chunks = source[Symbol.asyncIterator]()
  await reader.readFields(chunks)
  return { fields: reader.fields, fileName: reader.fileName, file: reader.readFile(chunks) }
}

async function openParser(contentType: string): Promise<BusboyInstance> {
  // With the first form, not with the server, which is to start at once.
  const { Busboy } = await import('@fastify/busboy')
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      fileHwm: 1024 * 1024,
      highWaterMark: 1024 * 1024,
      isPartAFile: (name) => name?.toLowerCase() === 'file',
      limits: { fieldSize: MAX_PRE_DATA + 1, headerPairs: 20, headerSize: 8 * 1024 },
    })
  } catch {
    // No boundary, or none that could be one.
    throw malformed()
  }
}

/** Feeds the parser chunk by chunk and collects what it makes of each, so that nothing is buffered beyond one. */
class FormReader {
  readonly fields = new Map<string, string>()
  fileName = ''
  readonly #parser: BusboyInstance
  readonly #finished: Promise<unknown>
  #files = 0
  #fileEnded: Promise<unknown> = Promise.resolve()
  #preDataSize = 0
  #rawSize = 0
  #refusal: S3Error | undefined
  #pieces: Uint8Array[] = []
  /** The memory of the chunk that is being fed. */
  #fed: ArrayBufferLike | undefined

  constructor(parser: BusboyInstance) {
    this.#parser = parser
    this.#finished = once(parser, 'finish')
    this.#finished.catch(() => this.#refuse(malformed()))
    parser.on('field', (name, value) => this.#takeField((name ?? '').toLowerCase(), value))
    parser.on('file', (_name, stream, fileName) => this.#takeFile(stream, fileName ?? ''))
  }

  /** Returns when the file has begun. */
  async readFields(chunks: AsyncIterator<Uint8Array>): Promise<void> {
    while (this.#files === 0) {
      const { done, value } = await chunks.next()
      if (done) break
      this.#rawSize += value.length
      await this.#feed(value)
      if (this.#files === 0 && this.#rawSize > MAX_RAW_PRE_DATA) throw tooMuchBeforeFile()
    }
    if (this.#files > 0) return
    await this.#end()
    throw wrongFileCount(0)
  }

  async *readFile(chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield* this.#takePieces()
    for (;;) {
      const { done, value } = await chunks.next()
      if (done) break
      await this.#feed(value)
      yield* this.#takePieces()
    }
    await this.#end()
    await this.#fileEnded
    yield* this.#takePieces()
    if (this.#refusal) throw this.#refusal
    if (this.#files > 1) throw wrongFileCount(this.#files)
  }

  async #feed(chunk: Uint8Array): Promise<void> {
    this.#fed = chunk.buffer
    await new Promise<void>((resolve) => {
      this.#parser.write(chunk, () => resolve())
    })
    if (this.#refusal) throw this.#refusal
  }

  async #end(): Promise<void> {
    this.#parser.end()
    await this.#finished.catch(() => {})
    if (this.#refusal) throw this.#refusal
  }

  #takePieces(): Uint8Array[] {
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }

  #takeField(name: string, value: string): void {
    // S3 ignores what comes after the file.
    if (this.#files > 0) return
    this.#preDataSize += Buffer.byteLength(name) + Buffer.byteLength(value)
    if (this.#preDataSize > MAX_PRE_DATA) this.#refuse(tooMuchBeforeFile())
    else if (this.fields.has(name)) this.#refuse(repeated(name))
    else this.fields.set(name, value)
  }

  #takeFile(stream: BusboyFileStream, fileName: string): void {
    this.#files += 1
    stream.on('error', () => this.#refuse(malformed()))
    if (this.#files > 1) {
      stream.resume()
      return
    }
    this.fileName = fileName
    this.#fileEnded = once(stream, 'end').catch(() => {})
    stream.on('data', (piece: Uint8Array) => {
      // The parser keeps the possible beginning of a boundary in memory of its own, which it uses again.
      this.#pieces.push(piece.buffer === this.#fed ? piece : new Uint8Array(piece))
    })
    // Without this the first pieces would wait in the stream while that memory changes.
    stream.read(0)
  }

  #refuse(refusal: S3Error): void {
    this.#refusal ??= refusal
  }
}

function malformed(): S3Error {
  return new S3Error('MalformedPOSTRequest')
}

function tooMuchBeforeFile(): S3Error {
  return new S3Error('MaxPostPreDataLengthExceededError', undefined, {
    MaxPostPreDataLengthBytes: String(MAX_PRE_DATA),
  })
}

function repeated(name: string): S3Error {
  return new S3Error('InvalidArgument', 'A form field may be given only once.', {
    ArgumentName: name,
  })
}

function wrongFileCount(count: number): S3Error {
  return new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.', {
    ArgumentName: 'file',
    ArgumentValue: String(count),
  })
}
