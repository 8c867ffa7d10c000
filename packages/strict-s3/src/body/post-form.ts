/**
 * Reads the `multipart/form-data` body of PostObject. The fields before the file are read
 * completely, and the file is streamed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTForms.html
 * @see https://datatracker.ietf.org/doc/html/rfc7578
 * @module
 */

import { S3Error } from 'waybill-s3'
import { MORE_LIMITS } from 'waybill-s3/internal/multipart-limits'
import { lowerCase } from '../message/request.ts'
import { MarkedStream } from './marked-stream.ts'

export interface PostForm {
  /** The fields before the file. Names are in lower case. `${filename}` has been replaced. */
  readonly fields: ReadonlyMap<string, string>
  /**
   * The iteration throws `MalformedPOSTRequest` if the form does not end correctly, and
   * `InvalidArgument` if it contains a second file.
   */
  readonly file: AsyncIterable<Uint8Array>
}

/**
 * This limit includes boundaries and part headers, which S3's limit does not. It allows hundreds of
 * fields.
 */
const MAX_RAW_FIELDS_SIZE = 4 * MORE_LIMITS.maxFormFieldsSize
/** In bytes. No file system allows longer names. */
const MAX_FILE_NAME = 1024
const MAX_BOUNDARY = 200

const END_OF_HEADERS = Buffer.from('\r\n\r\n')

/**
 * Reads the fields before the file.
 *
 * @throws {S3Error} `MaxPostPreDataLengthExceededError`, `MalformedPOSTRequest` or
 *   `PreconditionFailed`, or `InvalidArgument` if there is no `file` field or a field is repeated.
 */
export async function readPostForm(
  contentType: string,
  source: AsyncIterable<Uint8Array>,
): Promise<PostForm> {
  const reader = new FormReader(boundaryOf(contentType), source)
  const { fileName } = await reader.readFields()
  return { fields: withFileName(reader.fields, fileName), file: reader.readFile() }
}

/**
 * S3 replaces `${filename}` before it checks the policy, unless the file has no name. The limit also
 * applies afterwards, because a form could repeat `${filename}` thousands of times.
 */
function withFileName(
  fields: ReadonlyMap<string, string>,
  fileName: string | undefined,
): ReadonlyMap<string, string> {
  if (fileName === undefined) return fields
  if (Buffer.byteLength(fileName) > MAX_FILE_NAME) throw tooMuchBeforeFile()
  const named = new Map<string, string>()
  let size = 0
  for (const [name, value] of fields) {
    const text = value.replaceAll('${filename}', () => fileName)
    size += Buffer.byteLength(name) + Buffer.byteLength(text)
    if (size > MORE_LIMITS.maxFormFieldsSize) throw tooMuchBeforeFile()
    named.set(name, text)
  }
  return named
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
    // An import of `node:util` would load all that it exports, and delay every start.
    const { MIMEType } = process.getBuiltinModule('node:util')
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
    // The first delimiter is at the start of the body. All others begin with a line break.
    this.#stream = new MarkedStream(source, '\r\n')
    this.#delimiter = Buffer.from(`\r\n--${boundary}`)
  }

  /** @returns The file's headers. Its bytes come next in the stream. */
  async readFields(): Promise<PartHead> {
    await this.#text(this.#delimiter)
    for (;;) {
      const head = await this.#nextHead()
      if (!head) throw wrongFileCount(0)
      if (isFile(head)) return head
      this.#add(lowerCase(head.name), await this.#text(this.#delimiter))
    }
  }

  async *readFile(): AsyncGenerator<Uint8Array> {
    yield* this.#stream.until(this.#delimiter)
    // S3 ignores fields after the file.
    for (let head = await this.#nextHead(); head; head = await this.#nextHead()) {
      if (isFile(head)) throw wrongFileCount(2)
      for await (const _ of this.#stream.until(this.#delimiter));
    }
    await this.#stream.drain()
  }

  /** Returns `undefined` after the last part. */
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
      if (this.#rawSize > MAX_RAW_FIELDS_SIZE) throw tooMuchBeforeFile()
      pieces.push(piece)
    }
    return Buffer.concat(pieces).toString()
  }

  #add(name: string, value: string): void {
    this.#preDataSize += Buffer.byteLength(name) + Buffer.byteLength(value)
    if (this.#preDataSize > MORE_LIMITS.maxFormFieldsSize) throw tooMuchBeforeFile()
    if (this.fields.has(name)) throw repeated(name)
    this.fields.set(name, value)
  }
}

interface PartHead {
  readonly name: string
  /** Without a path. `undefined` if the file was sent as a plain field. */
  readonly fileName: string | undefined
}

const PARAMETER = /;\s*([\w*-]+)=(?:"((?:[^"\\]|\\[\s\S])*)"|([^;\s"]*))/g

function parsePartHead(lines: string): PartHead | undefined {
  if (lines.startsWith('\r\n')) return undefined
  const disposition =
    /(?:^|\r\n)content-disposition:[ \t]*form-data[ \t]*(?=[;\r]|$)([^\r\n]*)/i.exec(lines)
  if (!disposition) return undefined
  const parameters = new Map<string, string>()
  for (const [, name = '', quoted, plain = ''] of (disposition[1] ?? '').matchAll(PARAMETER)) {
    // Some clients escape `"` and `\` with a backslash. Browsers don't: they send the backslashes
    // in Windows paths unchanged.
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(["\\])/g, '$1') ?? plain)
  }
  const fileName = extended(parameters.get('filename*')) ?? parameters.get('filename')
  return { name: parameters.get('name') ?? '', fileName: fileName?.replace(/^.*[/\\]/s, '') }
}

/** @see https://datatracker.ietf.org/doc/html/rfc8187 – `UTF-8''na%C3%AFve.txt` */
function extended(value = ''): string | undefined {
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(value)?.[1]
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}

function isFile({ name }: PartHead): boolean {
  return lowerCase(name) === 'file'
}

function malformed(): S3Error {
  return new S3Error('MalformedPOSTRequest')
}

function tooMuchBeforeFile(): S3Error {
  return new S3Error('MaxPostPreDataLengthExceededError', undefined, {
    MaxPostPreDataLengthBytes: String(MORE_LIMITS.maxFormFieldsSize),
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
