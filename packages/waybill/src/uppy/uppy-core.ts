/**
 * The parts of Uppy that the plugin uses. They are declared here so that this package does not
 * depend on Uppy. TypeScript checks them against the installed version at `uppy.use`.
 *
 * @module
 */

export interface UppyFile {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly meta: { readonly name?: string; readonly [field: string]: unknown }
  /** Missing if the file was restored without its bytes. */
  readonly data?: Blob | { readonly size: number | null } | undefined
  readonly isRemote: boolean
  readonly isRestored?: boolean
  readonly error?: string | null
  readonly progress: { readonly uploadStarted: number | null; readonly uploadComplete?: boolean }
}

interface Capabilities {
  readonly uploadProgress: boolean
  readonly individualCancellation: boolean
  readonly resumableUploads: boolean
}

type FileListener = (file: UppyFile) => void
type PauseListener = (file: UppyFile | undefined, isPaused: boolean) => void

export interface UppyCore {
  addUploader(upload: (fileIds: string[]) => Promise<unknown>): void
  removeUploader(upload: (fileIds: string[]) => Promise<unknown>): void
  getFile(fileId: string): UppyFile | undefined
  getState(): { readonly capabilities: Capabilities }
  setState(patch: { readonly capabilities: Capabilities }): void
  on(event: 'file-removed', listener: FileListener): unknown
  on(event: 'upload-pause', listener: PauseListener): unknown
  on(event: 'pause-all' | 'resume-all', listener: () => void): unknown
  off(event: 'file-removed', listener: FileListener): unknown
  off(event: 'upload-pause', listener: PauseListener): unknown
  off(event: 'pause-all' | 'resume-all', listener: () => void): unknown
  emit(event: string, ...args: readonly unknown[]): void
}
