import {
  type JsonRecord,
  quote,
  readBase64,
  readFlag,
  readInteger,
  readList,
  readRecord,
  readText,
  show,
  withCode,
} from './json-value.ts'
import { FILE_LIMITS, MAX_FILES, MAX_RULE_NAME_LENGTH } from './message-limits.ts'
import type { FileDescription } from './messages.ts'
import { UploadError } from './upload-error.ts'

export interface ReadCreateRequest {
  readonly rule?: string
  readonly files: readonly (FileDescription | UploadError)[]
}

/**
 * Parses a create request. An invalid file becomes an error in the list, so that the other files
 * can still be granted.
 *
 * @throws {UploadError} `REQUEST_INVALID` if the body as a whole is not a create request.
 */
export function parseCreateRequest(value: unknown): ReadCreateRequest {
  const body = readRecord(value, 'body')
  const list = readList(body.files, 'files')
  if (list.length < 1 || list.length > MAX_FILES) {
    throw new UploadError(
      'REQUEST_INVALID',
      `files has ${list.length} entries, expected 1 to ${MAX_FILES}`,
    )
  }
  const files = list.map(readFile)
  if (body.rule === undefined) return { files }
  return { rule: readText(body.rule, 'rule', { max: MAX_RULE_NAME_LENGTH }), files }
}

function readFile(value: unknown, index: number): FileDescription | UploadError {
  try {
    return parseFileDescription(value, `files[${index}]`)
  } catch (error) {
    if (error instanceof UploadError) return error
    throw error
  }
}

/**
 * @param at - Name of the value in error messages, such as `files[0]`.
 * @throws {UploadError} `FILE_NAME_INVALID` if the name is empty or too long, otherwise
 *   `REQUEST_INVALID`.
 */
export function parseFileDescription(value: unknown, at: string): FileDescription {
  const file = readRecord(value, at)
  const name = readText(
    file.name,
    `${at}.name`,
    { max: FILE_LIMITS.nameLength },
    withCode('FILE_NAME_INVALID'),
  )
  const size = readInteger(file.size, `${at}.size`, { min: 0 })
  const type = readText(file.type, `${at}.type`, { min: 0, max: FILE_LIMITS.typeLength })
  return {
    name,
    size,
    type: type || 'application/octet-stream',
    ...readPath(file, at, name),
    ...readSha256(file, at),
    ...readMetadata(file, at),
    ...readNonce(file, at),
    ...(readFlag(file.secondHost, `${at}.secondHost`) ? { secondHost: true } : {}),
  }
}

const NO_FOLDER = /^\.{0,2}$/

/**
 * The path must end with the file name. If a client sent only the folders, the last folder would
 * otherwise be mistaken for the name.
 */
function readPath(file: JsonRecord, at: string, name: string): Pick<FileDescription, 'path'> {
  if (file.path === undefined) return {}
  const path = readText(file.path, `${at}.path`, { max: FILE_LIMITS.pathLength })
  if (path === name) return { path }
  if (!path.endsWith(`/${name}`)) {
    throw new UploadError(
      'REQUEST_INVALID',
      `${at}.path is ${show(path)}, expected folders and the name of the file, such as ${show(`album/trip/${name}`)}`,
    )
  }
  const folders = path.slice(0, -name.length - 1).split('/')
  if (folders.some((folder) => NO_FOLDER.test(folder))) {
    throw new UploadError(
      'REQUEST_INVALID',
      `${at}.path is ${show(path)}, which has an empty, '.' or '..' segment: remove it`,
    )
  }
  return { path }
}

function readSha256(file: JsonRecord, at: string): Pick<FileDescription, 'sha256'> {
  if (file.sha256 === undefined) return {}
  return { sha256: readBase64(file.sha256, `${at}.sha256`, 32) }
}

function readNonce(file: JsonRecord, at: string): Pick<FileDescription, 'nonce'> {
  if (file.nonce === undefined) return {}
  return { nonce: readText(file.nonce, `${at}.nonce`, FILE_LIMITS.nonce) }
}

/** An empty name, or a name that could reach an object's prototype. */
const NO_NAME = /^(?:|__proto__|constructor|prototype)$/

function readMetadata(file: JsonRecord, at: string): Pick<FileDescription, 'metadata'> {
  if (file.metadata === undefined) return {}
  const record = readRecord(file.metadata, `${at}.metadata`)
  const entries = Object.entries(record)
  if (entries.length > FILE_LIMITS.metadataEntries) {
    throw new UploadError(
      'REQUEST_INVALID',
      `${at}.metadata has ${entries.length} entries, at most ${FILE_LIMITS.metadataEntries} are allowed`,
    )
  }
  const metadata: Record<string, string> = {}
  let size = 0
  for (const [name, text] of entries) {
    if (NO_NAME.test(name)) {
      throw new UploadError('REQUEST_INVALID', `${at}.metadata has the name ${show(name)}`)
    }
    const shown = quote(name.slice(0, 64)).slice(1, -1)
    metadata[name] = readText(text, `${at}.metadata.${shown}`, {
      min: 0,
      max: FILE_LIMITS.metadataSize,
    })
    size += new TextEncoder().encode(name + metadata[name]).length
  }
  if (size > FILE_LIMITS.metadataSize) {
    throw new UploadError(
      'REQUEST_INVALID',
      `${at}.metadata is ${size} bytes, at most ${FILE_LIMITS.metadataSize} are allowed`,
    )
  }
  return { metadata }
}
