/**
 * Keeps multipart uploads that could not be aborted because the signer was down or rejected the
 * caller, and aborts them once the signer has answered another call. No timer waits for that call,
 * so that a Node process can exit. In this case, the bucket's lifecycle rule removes the parts.
 *
 * @module
 */

import type { UploadReference } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'

/** Only the newest uploads are kept. */
const MAX_OWED = 100
/** Limited, because another user may have signed in who is not allowed to abort the upload. */
const MAX_TRIES = 5

export class PendingAborts {
  readonly #owed = new Map<string, { readonly upload: UploadReference; readonly tries: number }>()
  readonly #abort: (upload: UploadReference) => Promise<unknown>

  /** @param abort - Makes the call, with retries. */
  constructor(abort: (upload: UploadReference) => Promise<unknown>) {
    this.#abort = abort
  }

  /**
   * Aborts an upload now or, if that fails, once the signer answers again. Never rejects.
   *
   * @param tries - Number of this attempt, from 1.
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

  /** Call this when the signer has answered a call. */
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
