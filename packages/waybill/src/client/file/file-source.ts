/**
 * What can be uploaded, and how it becomes a `Blob` that is read slice by slice.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import { unreadable } from './unreadable.ts'

/**
 * A `File` or `Blob`; a handle, with which an upload goes on after a reload without choosing the
 * file again (Chromium); or a path (Node).
 */
export type UploadSource = Blob | FileSystemFileHandle | string

/** Chromium's part of the File System API, which TypeScript's DOM library does not have. */
interface AskableHandle extends FileSystemFileHandle {
  requestPermission(descriptor: { mode: 'read' }): Promise<PermissionState>
}

/** @throws {TypeError} */
export function checkSource(source: unknown): void {
  if (source instanceof Blob || (typeof source === 'string' && source !== '')) return
  if (typeof source === 'object' && source !== null && 'getFile' in source) return
  const expected = 'a File, a Blob, a FileSystemFileHandle or, in Node, a path'
  throw new TypeError(`file is ${kindOf(source)}, expected ${expected}${adviceFor(source)}`)
}

function kindOf(source: unknown): string {
  if (source === undefined || source === null) return String(source)
  if (source === '') return 'an empty string'
  const name = typeof source === 'object' ? source.constructor?.name || 'object' : typeof source
  return `${/^[aeio]/i.test(name) ? 'an' : 'a'} ${name}`
}

/** @returns What to do with something that people take for a file; empty where nobody knows. */
function adviceFor(source: unknown): string {
  if (typeof source !== 'object' || source === null) return ''
  if ('getReader' in source) {
    return '; streams are not supported: await new Response(stream).blob() makes a Blob of one'
  }
  if ('pipe' in source) return '; streams are not supported: write it to a file and pass its path'
  if ('byteLength' in source) return '; new Blob([bytes]) makes a Blob of them'
  return 'uri' in source ? '; React Native is not supported' : ''
}

/**
 * @returns The file as it is now; nothing of it has been read.
 * @throws {UploadError} `FILE_UNREADABLE`
 */
export async function openSource(source: UploadSource): Promise<Blob> {
  if (source instanceof Blob) return source
  try {
    if (typeof source === 'string') return await (await import('./node-files.ts')).openFile(source)
    // After a reload the user must allow a handle again, which needs a click.
    if (isAskable(source)) await source.requestPermission({ mode: 'read' })
    return await source.getFile()
  } catch (cause) {
    const why = cause instanceof Error ? `: ${cause.message}` : ''
    throw new UploadError('FILE_UNREADABLE', `the file cannot be opened${why}`, { cause })
  }
}

function isAskable(handle: FileSystemFileHandle): handle is AskableHandle {
  return 'requestPermission' in handle
}

/** The file's own name; `file` for a blob without one. */
export function sourceName(source: UploadSource): string {
  if (typeof source === 'string') return source.split(/[\\/]/).pop() || 'file'
  const name = 'name' in source ? source.name : undefined
  return typeof name === 'string' && name !== '' ? name : 'file'
}

/**
 * Returns the folders of a file, as the browser says them, and the name that it is uploaded under.
 *
 * @returns Empty for a file that was in no folder.
 */
export function sourcePath(source: UploadSource, name: string): string {
  // Node's `File` has none.
  const path: string = (source instanceof File && source.webkitRelativePath) || ''
  return path && withName(path, sourceName(source), name)
}

/** Replaces the name at the end of a path. A path that does not end in it is left as it is. */
export function withName(path: string, own: string, name: string): string {
  return `/${path}`.endsWith(`/${own}`) ? path.slice(0, path.length - own.length) + name : path
}

/**
 * Reads a small file, or the piece of one.
 *
 * @throws {UploadError} `FILE_UNREADABLE`
 */
export function readWhole(blob: Blob): Promise<ArrayBuffer> {
  return whenRead(() => blob.arrayBuffer())
}

/** @throws {UploadError} `FILE_UNREADABLE` */
export async function whenRead<Read>(read: () => Promise<Read>): Promise<Read> {
  try {
    return await read()
  } catch (cause) {
    throw unreadable(cause)
  }
}

/** Longer than the time between a browser's stopping of a page's requests and of its timers. */
const PERSISTS_MS = 1000

/**
 * Finds out whether a file can still be read. One failure proves nothing: while a page is left or
 * reloaded, WebKit refuses to read files. In such a page no second read is made.
 *
 * @throws {UploadError} `FILE_UNREADABLE` when a second read fails too.
 * @throws The signal's reason when it fires.
 */
export async function expectReadable(
  file: Blob,
  { wait }: Pick<Effects, 'wait'>,
  signal: AbortSignal,
): Promise<void> {
  const first = file.slice(0, 1)
  try {
    await readWhole(first)
  } catch {
    await wait(PERSISTS_MS, signal)
    await readWhole(first)
  }
}
