import { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'

/**
 * A `File` or `Blob`, a file handle (Chromium), or a path (Node). With a handle or a path, an
 * upload can resume in a later session without the user choosing the file again.
 */
export type UploadSource = Blob | FileSystemFileHandle | string

interface AskableHandle extends FileSystemFileHandle {
  requestPermission(descriptor: { mode: 'read' }): Promise<PermissionState>
}

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

function adviceFor(source: unknown): string {
  if (typeof source !== 'object' || source === null) return ''
  if ('getReader' in source) {
    return '; streams are not supported: await new Response(stream).blob() makes a Blob of one'
  }
  if ('pipe' in source) return '; streams are not supported: write it to a file and pass its path'
  if ('byteLength' in source) return '; new Blob([bytes]) makes a Blob of them'
  return 'uri' in source ? '; React Native is not supported' : ''
}

export async function openSource(source: UploadSource): Promise<Blob> {
  if (source instanceof Blob) return source
  try {
    if (typeof source === 'string') return await (await import('./disk-file.ts')).openFile(source)
    // After a reload, the user must grant access again. Browsers ask only in response to a click.
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

export function sourceName(source: UploadSource): string {
  if (typeof source === 'string') return source.split(/[\\/]/).pop() || 'file'
  const name = 'name' in source ? source.name : undefined
  return typeof name === 'string' && name !== '' ? name : 'file'
}

export function sourcePath(source: UploadSource, name: string): string {
  // Node's `File` has no `webkitRelativePath`.
  const path: string = (source instanceof File && source.webkitRelativePath) || ''
  return path && withName(path, sourceName(source), name)
}

/**
 * Replaces the file name `own` at the end of a path. A path that does not end in `own` is returned
 * unchanged.
 */
export function withName(path: string, own: string, name: string): string {
  return `/${path}`.endsWith(`/${own}`) ? path.slice(0, path.length - own.length) + name : path
}

export function readWhole(blob: Blob): Promise<ArrayBuffer> {
  return whenRead(() => blob.arrayBuffer())
}

export async function whenRead<Read>(read: () => Promise<Read>): Promise<Read> {
  try {
    return await read()
  } catch (cause) {
    throw unreadable(cause)
  }
}

/**
 * Pause before the second read in `expectReadable`. A page that the user is leaving never reaches
 * that read, because its timers stop first.
 */
const PERSISTS_MS = 1000

/**
 * Checks that a file can still be read. A failed read is repeated once, because WebKit also fails
 * reads while the user is leaving the page.
 *
 * @throws {UploadError} `FILE_UNREADABLE` when the second read fails too.
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

export function unreadable(cause: unknown): UploadError {
  return new UploadError('FILE_UNREADABLE', 'the file changed or cannot be read any more', {
    cause,
  })
}
