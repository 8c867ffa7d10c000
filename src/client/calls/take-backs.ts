/**
 * Uploads in parts that could not be taken back, because the signer was away or knew the caller no
 * more. They are asked for again when it has answered another call. No timer waits for that, so
 * that a process of Node may end: the bucket's lifecycle then removes the parts.
 *
 * @module
 */

import type { UploadReference } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'

/** Those that were added last are kept. */
const MAX_OWED = 100
/** Another person may have signed in meanwhile. */
const MAX_TRIES = 5

/** Remembers what is still to be taken back. */
export class TakeBacks {
  readonly #owed = new Map<string, { readonly upload: UploadReference; readonly tries: number }>()
  readonly #abort: (upload: UploadReference) => Promise<unknown>

  /** @param abort - Makes the call, with its retries. */
  constructor(abort: (upload: UploadReference) => Promise<unknown>) {
    this.#abort = abort
  }

  /**
   * Takes an upload back, now or when the signer answers again. Never rejects.
   *
   * @param tries - How often it is asked for, this time included.
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
