/**
 * Remembers multipart uploads that could not be aborted because the signer was unavailable or
 * rejected the caller, and tries again after the next successful call. There is no timer, because
 * it would keep a Node process alive. If the process exits first, the bucket's lifecycle rule
 * removes the parts.
 *
 * @module
 */

import type { UploadReference } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { mayPass } from '../error-table.ts'

/** Only the newest uploads are kept. */
const MAX_OWED = 100
/** Limited, because the user who is signed in by then may not be allowed to abort the upload. */
const MAX_TRIES = 5

export class PendingAborts {
  readonly #owed = new Map<string, { readonly upload: UploadReference; readonly tries: number }>()
  readonly #abort: (upload: UploadReference) => Promise<unknown>

  constructor(abort: (upload: UploadReference) => Promise<unknown>) {
    this.#abort = abort
  }

  /** Aborts an upload now or, if that fails, after the next successful call. Never rejects. */
  async add(upload: UploadReference, tries = 1): Promise<void> {
    const id = upload.waybill
    try {
      await this.#abort(upload)
      this.#owed.delete(id)
    } catch (error) {
      if (tries < MAX_TRIES && mayWork(error)) this.#owed.set(id, { upload, tries })
      const [oldest] = this.#owed.keys()
      if (this.#owed.size > MAX_OWED && oldest !== undefined) this.#owed.delete(oldest)
    }
  }

  answered(): void {
    const owed = [...this.#owed.values()]
    this.#owed.clear()
    for (const { upload, tries } of owed) void this.add(upload, tries + 1)
  }
}

function mayWork(error: unknown): boolean {
  if (error instanceof UploadError) return mayPass(error)
  return error instanceof RangeError // no answer in time
}
