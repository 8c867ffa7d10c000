import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { AddOptions, UploadListOptions } from './list-options.ts'
import type { UploadListSnapshot } from './snapshot.ts'

/**
 * A list of files and their uploads, all under one rule. Its methods can be called without `this`.
 * Unknown ids are ignored.
 */
export interface UploadList<Result = unknown> {
  /** Returns the current state. The object stays the same until something changes. */
  getSnapshot(): UploadListSnapshot<Result>
  /**
   * Adds a listener that is called when the snapshot changes: once per tick at most, and up to ten
   * times a second while uploads make progress. The first listener triggers the requests for
   * `hints` and interrupted uploads.
   *
   * @returns A function that removes the listener.
   */
  subscribe(listener: () => void): () => void
  /**
   * Adds files. A rejected file also becomes an item, in state `failed` and with an `error`.
   *
   * @returns The ids of the new items.
   * @example
   * ```ts
   * list.add([file], { metadata: ({ lastModified }) => ({ taken: String(lastModified) }) })
   * ```
   */
  add(files: Iterable<File>, options?: AddOptions): readonly string[]
  /** Starts one item, or all items that are `ready`. */
  start(id?: string): void
  /** Pauses one item, or all items. S3 keeps the stored parts. */
  pause(id?: string): void
  /** Resumes one item, or all items that are `paused`. */
  resume(id?: string): void
  /**
   * Aborts one upload, or all uploads, and deletes their parts from S3. The items stay in the list.
   */
  abort(id?: string): void
  /**
   * Retries one failed or aborted item. A failed item continues from the parts already stored in
   * S3. Without an id, retries all failed items except refused files, which would be refused again.
   */
  retry(id?: string): void
  /**
   * Removes an item and aborts its upload. If the file is already stored and the rule has `remove`,
   * the stored object is deleted too.
   *
   * @param options - `stored: 'keep'` keeps the stored object. @default 'remove'
   * @throws {UploadError} When the signer does not delete the object. The item then stays in the
   *   list.
   */
  remove(id: string, options?: { readonly stored?: 'remove' | 'keep' }): Promise<void>
  /**
   * Removes all items that are done, but not their stored objects. Call it after your script has
   * submitted a form. Otherwise, the next form submits the same receipts again.
   *
   * @param options - Pass the `receipts` that were submitted, to keep files completed since then.
   * @default the receipts of all items that are done
   */
  clear(options?: { readonly receipts?: readonly string[] }): void
  /**
   * Resumes an interrupted upload as a new item. Call it from a click handler, because the browser
   * may ask for permission to read the file again. If the user chooses a different file, it is
   * uploaded from the beginning.
   *
   * @param id - From the snapshot's `interrupted`.
   * @param file - Required if `canReopen` is false.
   * @returns The id of the new item, or `undefined` if `id` is unknown.
   * @throws {TypeError} When `canReopen` is false and `file` is missing.
   */
  resumeInterrupted(id: string, file?: File): string | undefined
  /**
   * Aborts an interrupted upload and deletes its parts from S3.
   *
   * @param id - From the snapshot's `interrupted`.
   */
  forgetInterrupted(id: string): Promise<void>
  /**
   * Returns what the rule allows. Calls the signer only if there is no recent response.
   *
   * @throws {UploadError} When the signer cannot be reached or rejects the call. Uploads work
   *   without hints.
   */
  hints(): Promise<RuleHints>
  /**
   * Replaces the options. This does not affect uploads that have started.
   *
   * @throws {TypeError | RangeError} When an option is invalid.
   */
  update(options: Omit<UploadListOptions<string, Result>, 'rule' | 'effects'>): void
  /**
   * Empties the list, revokes its preview URLs and removes all listeners. The list can be used
   * again afterwards.
   *
   * @param options - What happens to uploads in flight. @default 'abort'
   */
  destroy(options?: { readonly uploads?: 'abort' | 'continue' | undefined }): void
}
