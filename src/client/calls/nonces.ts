/**
 * By a nonce the signer knows a file that is asked for again, because the answer was lost: it then
 * creates no second upload in parts.
 *
 * @module
 */

import type { FileDescription } from '../../protocol/messages.ts'
import { toHex } from '../hash/sha256.ts'

/** S3 has no smaller parts, and a file in one request leaves nothing behind. */
const MIN_SIZE = 5 * 1024 ** 2

/** Keeps the nonces of files for as long as they are asked for. */
export class Nonces {
  readonly #known = new WeakMap<FileDescription, string>()

  /** @returns The description as it is sent, the same for each attempt. */
  with(file: FileDescription): FileDescription {
    if (file.size < MIN_SIZE) return file
    const nonce = this.#known.get(file) ?? newNonce()
    this.#known.set(file, nonce)
    return { ...file, nonce }
  }

  /** The next attempt is for another upload. */
  renew(file: FileDescription): void {
    this.#known.delete(file)
  }
}

function newNonce(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)))
}
