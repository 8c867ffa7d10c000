/**
 * A list of uploads, as user interfaces see it.
 *
 * @module
 */

import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { AddOptions, UploadListOptions } from './list-options.ts'
import type { UploadListSnapshot } from './snapshot.ts'

/**
 * A list of files and their uploads, under one rule. Its functions can be used without `this`. Ids
 * that are not in the list are ignored.
 */
export interface UploadList<Result = unknown> {
  /** Returns the current state. It stays the same object until something changes. */
  getSnapshot(): UploadListSnapshot<Result>
  /**
   * Adds a listener, which is called when the snapshot has changed: once per tick at most, and ten
   * times a second at most while uploads make progress. The first listener makes the list request
   * `hints` and the interrupted uploads.
   *
   * @returns A function that removes the listener.
   */
  subscribe(listener: () => void): () => void
  /**
   * Adds files. A rejected file also becomes an item, in state `failed` and with the reason.
   *
   * @returns The ids of the new items.
   * @example
   * ```ts
   * list.add([file], { metadata: ({ lastModified }) => ({ taken: String(lastModified) }) })
   * ```
   */
  add(files: Iterable<File>, options?: AddOptions): readonly string[]
  /** Starts one item, or all that are `ready`. */
  start(id?: string): void
  /** Pauses one item, or all. S3 keeps the stored parts. */
  pause(id?: string): void
  /** Continues one item, or all that are `paused`. */
  resume(id?: string): void
  /** Aborts one upload, or all, and deletes their parts from S3. The items stay. */
  abort(id?: string): void
  /**
   * Restarts one failed or aborted item. A failed item resumes from the parts that S3 has. Without
   * an id, restarts all failed items except rejected files.
   */
  retry(id?: string): void
  /**
   * Removes an item and aborts its upload. A stored object is deleted too, if the rule has
   * `remove`.
   *
   * @param options - `stored: 'keep'` keeps the stored object. @default 'remove'
   * @throws {UploadError} When the signer does not delete the object. The item then stays.
   */
  remove(id: string, options?: { readonly stored?: 'remove' | 'keep' }): Promise<void>
  /**
   * Removes the items that are done, but not their objects. Call it after your script has submitted
   * a form; otherwise, the next form submits the same receipts again.
   *
   * @param options - `receipts` are the ones that were submitted. Files completed since then stay.
   *   @default the receipts of all items that are done
   */
  clear(options?: { readonly receipts?: readonly string[] }): void
  /**
   * Resumes an interrupted upload as a new item. Call it from a click handler, because browsers may
   * ask the user to allow access to the file again. A different file is uploaded from the
   * beginning.
   *
   * @param id - From the snapshot's `interrupted`.
   * @param file - Required if `canReopen` is false.
   * @returns The id of the new item; `undefined` if `id` is unknown.
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
   * Returns what the rule allows. Calls the signer unless it has answered recently.
   *
   * @throws {UploadError} When the signer cannot be reached or rejects the call. Uploads work
   *   without hints.
   */
  hints(): Promise<RuleHints>
  /**
   * Replaces the options. This does not affect uploads that have started.
   *
   * @throws {TypeError | RangeError} When an option is invalid. The message says what is allowed.
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
