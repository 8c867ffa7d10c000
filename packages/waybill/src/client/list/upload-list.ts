/**
 * A list of uploads, as an interface that draws it sees it.
 *
 * @module
 */

import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { AddOptions, UploadListOptions } from './list-options.ts'
import type { UploadListSnapshot } from './snapshot.ts'

/**
 * Files of one rule and what can be done about them. Its functions need no `this`. An id that is
 * not in the list is ignored.
 */
export interface UploadList<Result = unknown> {
  /** Returns the list as it is now: the same object until something of it changes. */
  getSnapshot(): UploadListSnapshot<Result>
  /**
   * Calls a function when the snapshot has changed: once for what one tick changes, and at most ten
   * times a second while uploads move. The first listener makes the list ask for `hints` and for
   * interrupted uploads.
   *
   * @returns A function that takes the listener away again.
   */
  subscribe(listener: () => void): () => void
  /**
   * Adds files. A file that is refused is an item too: `failed`, with the reason.
   *
   * @returns The ids of the new items.
   * @example
   * ```ts
   * list.add([file], { metadata: ({ lastModified }) => ({ taken: String(lastModified) }) })
   * ```
   */
  add(files: Iterable<File>, options?: AddOptions): readonly string[]
  /** Sends one item, or all that are `ready`. */
  start(id?: string): void
  /** Stops sending one item, or all. The parts that S3 has are kept. */
  pause(id?: string): void
  /** Goes on with one item, or with all that are `paused`. */
  resume(id?: string): void
  /** Gives up one upload, or all, and takes back what S3 has of it. The item stays. */
  abort(id?: string): void
  /**
   * Starts one item anew that was aborted or has failed, the latter from what S3 has. Without an
   * id, all that have failed, but for files that were refused.
   */
  retry(id?: string): void
  /**
   * Takes an item out of the list, and aborts its upload if that is under way. What is stored is
   * removed where the rule has `remove`; else it stays stored.
   *
   * @param options - What becomes of what is stored. @default 'remove'
   * @throws {UploadError} When the signer does not remove it: then the item stays.
   */
  remove(id: string, options?: { readonly stored?: 'remove' | 'keep' }): Promise<void>
  /**
   * Forgets the items that are done; their objects stay stored. Call it after your script has sent
   * a form: otherwise the next form sends the same receipts again.
   *
   * @param options - `receipts` are those that were sent: files completed since then stay.
   *   @default all that are done
   */
  clear(options?: { readonly receipts?: readonly string[] }): void
  /**
   * Goes on with an interrupted upload, as a new item. Call it from a click: browsers may ask the
   * user to allow the file again. Another file is uploaded from its beginning.
   *
   * @param id - Of the snapshot's `interrupted`.
   * @param file - The file, where `canReopen` is false.
   * @returns The id of the new item; `undefined` when nothing is offered under `id`.
   * @throws {TypeError} When `canReopen` is false and there is no `file`.
   */
  resumeInterrupted(id: string, file?: File): string | undefined
  /**
   * Gives up an interrupted upload, and takes back what S3 has of it.
   *
   * @param id - Of the snapshot's `interrupted`.
   */
  forgetInterrupted(id: string): Promise<void>
  /**
   * Returns what the rule allows. Asks the signer, unless it has said so lately.
   *
   * @throws {UploadError} When the signer does not say it. Uploads work without.
   */
  hints(): Promise<RuleHints>
  /**
   * Takes other options in place of those before, for what happens from now on.
   *
   * @throws {TypeError | RangeError} Which option is wrong, and what it may be.
   */
  update(options: Omit<UploadListOptions<string, Result>, 'rule' | 'effects'>): void
  /**
   * Empties the list, revokes its preview URLs and takes all listeners away. It can be used again
   * afterwards, as a new one.
   *
   * @param options - What becomes of uploads under way. @default 'abort'
   */
  destroy(options?: { readonly uploads?: 'abort' | 'continue' | undefined }): void
}
