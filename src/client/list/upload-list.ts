/**
 * A list of uploads, as an interface that draws it sees it.
 *
 * @module
 */

import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { UploadListOptions } from './list-options.ts'
import type { UploadListSnapshot } from './snapshot.ts'

/**
 * Files of one rule and what can be done about them. Its functions need no `this`. Without an id
 * they are for all items; an id that is not in the list is ignored.
 */
export interface UploadList<Result = unknown> {
  /** The list now. The same object until something of it changes. */
  getSnapshot(): UploadListSnapshot<Result>
  /**
   * Tells when the snapshot has changed: once for what one tick changes, and at most ten times a
   * second while uploads move. The first listener makes the list ask for `hints` and for
   * interrupted uploads.
   *
   * @returns A function that takes the listener away again.
   */
  subscribe(listener: () => void): () => void
  /**
   * Adds files. What is refused is an item too, `failed` and with the reason.
   *
   * @returns The ids of the new items.
   */
  add(files: Iterable<File>): readonly string[]
  /** Sends what is `ready`. */
  start(id?: string): void
  /** Stops sending; the parts that S3 has are kept. */
  pause(id?: string): void
  resume(id?: string): void
  /** Gives up what is under way, and takes back what S3 has of it. The item stays. */
  abort(id?: string): void
  /** Starts anew what has failed; by its id also what was aborted. */
  retry(id?: string): void
  /**
   * Forgets the item; what is under way is aborted. What is stored is removed, where the rule has
   * `remove`, or stays stored.
   *
   * @param options - What becomes of what is stored. @default 'remove'
   * @throws {UploadError} When the signer does not remove it: then the item stays.
   */
  remove(id: string, options?: { readonly stored?: 'remove' | 'keep' }): Promise<void>
  /**
   * Goes on with an interrupted upload, as a new item. Call it from a click: browsers may ask the
   * user to allow the file again. Another file is uploaded from its beginning.
   *
   * @param file - The file, where `canReopen` is false.
   * @returns The id of the new item; `undefined` when nothing is offered under `id`.
   */
  resumeInterrupted(id: string, file?: File): string | undefined
  /** Gives it up and takes back what S3 has. */
  forgetInterrupted(id: string): Promise<void>
  /**
   * What the rule allows. Asks the signer, unless it has said it.
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
