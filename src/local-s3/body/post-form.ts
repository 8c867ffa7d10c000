/**
 * Reads a `multipart/form-data` body as PostObject needs it: all fields before the file, then the file as a stream.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTForms.html
 * @module
 */

import { MIMEType } from 'node:util'
import { S3Error } from '../../s3/index.ts'
import { MarkedStream } from './marked-stream.ts'
import { type PartHead, parsePartHead } from './part-head.ts'

export interface PostForm {
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>
  /** Of the file, without a path. */
  readonly fileName: string
  /** Throws `MalformedPOSTRequest` when the form does not end as one, `InvalidArgument` for a second file. */
  readonly file: AsyncIterable<Uint8Array>
}

/** What S3 takes before the file. */
const MAX_PRE_DATA = 20_480
/** The same with the boundaries and part headers of some hundred fields, which S3 does not count. */
const MAX_RAW_PRE_DATA = 4 * MAX_PRE_DATA
const MAX_BOUNDARY = 200

const END_OF_HEADERS = Buffer.from('\r\n\r\n')

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
  const reader = new FormReader(boundaryOf(contentType), source)
  const { fileName } = await reader.readFields()
  return { fields: reader.fields, fileName, file: reader.readFile() }
}

function boundaryOf(contentType: string): string {
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(contentType)) {
    throw new S3Error('PreconditionFailed', undefined, {
      Condition: 'Bucket POST must be of the enclosure-type multipart/form-data',
    })
  }
  const boundary = parseBoundary(contentType)
  if (!boundary || boundary.length > MAX_BOUNDARY) throw malformed()
  return boundary
}

function parseBoundary(contentType: string): string | null {
  try {
    return new MIMEType(contentType).params.get('boundary')
  } catch {
    return null
  }
}

class FormReader {
  readonly fields = new Map<string, string>()
  readonly #stream: MarkedStream
  readonly #delimiter: Buffer
  #preDataSize = 0
  #rawSize = 0

  constructor(boundary: string, source: AsyncIterable<Uint8Array>) {
    // The first delimiter stands at the beginning of the body, the others at that of a line.
    this.#stream = new MarkedStream(source, '\r\n')
    this.#delimiter = Buffer.from(`\r\n--${boundary}`)
  }

  /** @returns The head of the file, which comes next. */
  async readFields(): Promise<PartHead> {
    await this.#text(this.#delimiter)
    for (;;) {
      const head = await this.#nextHead()
      if (!head) throw wrongFileCount(0)
      if (isFile(head)) return head
      this.#add(head.name.toLowerCase(), await this.#text(this.#delimiter))
    }
  }

  async *readFile(): AsyncGenerator<Uint8Array> {
    yield* this.#stream.until(this.#delimiter)
    // S3 ignores the fields that come after the file.
    for (let head = await this.#nextHead(); head; head = await this.#nextHead()) {
      if (isFile(head)) throw wrongFileCount(2)
      for await (const _ of this.#stream.until(this.#delimiter));
    }
    await this.#stream.drain()
  }

  /** @returns The head of the part that follows a delimiter, `undefined` after the last. */
  async #nextHead(): Promise<PartHead | undefined> {
    const after = (await this.#stream.take(2)).toString('latin1')
    if (after === '--') return undefined
    const head = after === '\r\n' && parsePartHead(await this.#text(END_OF_HEADERS))
    if (!head) throw malformed()
    return head
  }

  async #text(mark: Buffer): Promise<string> {
    const pieces: Buffer[] = []
    for await (const piece of this.#stream.until(mark)) {
      this.#rawSize += piece.length
      if (this.#rawSize > MAX_RAW_PRE_DATA) throw tooMuchBeforeFile()
      pieces.push(piece)
    }
    return Buffer.concat(pieces).toString()
  }

  #add(name: string, value: string): void {
    this.#preDataSize += Buffer.byteLength(name) + Buffer.byteLength(value)
    if (this.#preDataSize > MAX_PRE_DATA) throw tooMuchBeforeFile()
    if (this.fields.has(name)) throw repeated(name)
    this.fields.set(name, value)
  }
}

function isFile({ name }: PartHead): boolean {
  return name.toLowerCase() === 'file'
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
