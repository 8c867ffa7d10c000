/**
 * Nonces for files. If a response was lost and the client asks again, the signer knows the file by
 * its nonce and creates no second multipart upload.
 *
 * @module
 */

import type { FileDescription } from '../../protocol/messages.ts'
import { toHex } from '../hash/sha256.ts'

/** S3 has no smaller parts, and a file in one request leaves nothing behind. */
const MIN_SIZE = 5 * 1024 ** 2

/** Keeps the nonce of each file while the client asks for it. */
export class Nonces {
  readonly #known = new WeakMap<FileDescription, string>()

  /** @returns The description as it is sent, the same for each attempt. */
  with(file: FileDescription): FileDescription {
    if (file.size < MIN_SIZE) return file
    const nonce = this.#known.get(file) ?? newNonce()
    this.#known.set(file, nonce)
    return { ...file, nonce }
  }

  /** Gives the next attempt a new nonce: it is for another upload. */
  renew(file: FileDescription): void {
    this.#known.delete(file)
  }
}

function newNonce(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)))
}
