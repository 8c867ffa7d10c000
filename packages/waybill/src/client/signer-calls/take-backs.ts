/**
 * Multipart uploads that could not be aborted, because the signer was down or did not know the
 * caller any more. They are aborted when the signer has answered another call. No timer waits for
 * that, so that a Node process can end: the bucket's lifecycle then removes the parts.
 *
 * @module
 */

import type { UploadReference } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'

/** How many are kept: the newest. */
const MAX_OWED = 100
/** How often one is tried: another person may have signed in, who may not abort it. */
const MAX_TRIES = 5

/** Remembers the uploads that are still to be aborted. */
export class TakeBacks {
  readonly #owed = new Map<string, { readonly upload: UploadReference; readonly tries: number }>()
  readonly #abort: (upload: UploadReference) => Promise<unknown>

  /** @param abort - Makes the call, with its retries. */
  constructor(abort: (upload: UploadReference) => Promise<unknown>) {
    this.#abort = abort
  }

  /**
   * Aborts an upload, now or when the signer answers again. Never rejects.
   *
   * @param tries - Number of this try, from 1.
   */
  async add(upload: UploadReference, tries = 1): Promise<void> {
    const id = upload.waybill
    try {
      await this.#abort(upload)
      this.#owed.delete(id)
    } catch (error) {
      if (tries < MAX_TRIES && mayPass(error)) this.#owed.set(id, { upload, tries })
      const [oldest] = this.#owed.keys()
      if (this.#owed.size > MAX_OWED && oldest !== undefined) this.#owed.delete(oldest)
    }
  }

  /** The signer has answered a call. */
  answered(): void {
    const owed = [...this.#owed.values()]
    this.#owed.clear()
    for (const { upload, tries } of owed) void this.add(upload, tries + 1)
  }
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof UploadError)) return error instanceof RangeError // no answer in time
  return error.retryable || error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN'
}
