/**
 * Reads the body of `POST B`: what a client says about the files that it wants to send.
 *
 * @module
 */

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
import type { FileDescription } from './messages.ts'
import { UploadError } from './upload-error.ts'

const LIMITS = {
  files: 100,
  nameLength: 1024,
  /** `PATH_MAX` of Linux. */
  pathLength: 4096,
  typeLength: 255,
  ruleLength: 64,
  metadataEntries: 16,
  metadataSize: 1024,
  nonce: { min: 16, max: 64 },
} as const

/** A create request that has been read: each file, or why it is not valid. */
export interface ReadCreateRequest {
  readonly rule?: string
  /** In the order of the request. */
  readonly files: readonly (FileDescription | UploadError)[]
}

/**
 * Reads a create request. An invalid file is in the list as its error, so that it does not fail the
 * others.
 *
 * @throws {UploadError} `REQUEST_INVALID` when the body as a whole is not a create request.
 */
export function parseCreateRequest(value: unknown): ReadCreateRequest {
  const body = readRecord(value, 'body')
  const list = readList(body.files, 'files')
  if (list.length < 1 || list.length > LIMITS.files) {
    throw new UploadError(
      'REQUEST_INVALID',
      `files has ${list.length} entries, expected 1 to ${LIMITS.files}`,
    )
  }
  const files = list.map(readFile)
  if (body.rule === undefined) return { files }
  return { rule: readText(body.rule, 'rule', { max: LIMITS.ruleLength }), files }
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
 * Reads the description of one file.
 *
 * @param at - What to call the value in an error, for example `files[0]`.
 * @throws {UploadError} `REQUEST_INVALID`, or `FILE_NAME_INVALID` when the name is empty or too
 *   long.
 */
export function parseFileDescription(value: unknown, at: string): FileDescription {
  const file = readRecord(value, at)
  const name = readText(
    file.name,
    `${at}.name`,
    { max: LIMITS.nameLength },
    withCode('FILE_NAME_INVALID'),
  )
  const size = readInteger(file.size, `${at}.size`, { min: 0 })
  const type = readText(file.type, `${at}.type`, { min: 0, max: LIMITS.typeLength })
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

/** The path must end in the name: a client that sends only the folders would lose the last one. */
function readPath(file: JsonRecord, at: string, name: string): Pick<FileDescription, 'path'> {
  if (file.path === undefined) return {}
  const path = readText(file.path, `${at}.path`, { max: LIMITS.pathLength })
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
  return { nonce: readText(file.nonce, `${at}.nonce`, LIMITS.nonce) }
}

/** No name at all, or one that can reach an object's prototype. */
const NO_NAME = /^(?:|__proto__|constructor|prototype)$/

function readMetadata(file: JsonRecord, at: string): Pick<FileDescription, 'metadata'> {
  if (file.metadata === undefined) return {}
  const record = readRecord(file.metadata, `${at}.metadata`)
  const entries = Object.entries(record)
  if (entries.length > LIMITS.metadataEntries) {
    throw new UploadError(
      'REQUEST_INVALID',
      `${at}.metadata has ${entries.length} entries, at most ${LIMITS.metadataEntries} are allowed`,
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
      max: LIMITS.metadataSize,
    })
    size += new TextEncoder().encode(name + metadata[name]).length
  }
  if (size > LIMITS.metadataSize) {
    throw new UploadError(
      'REQUEST_INVALID',
      `${at}.metadata is ${size} bytes, at most ${LIMITS.metadataSize} are allowed`,
    )
  }
  return { metadata }
}
