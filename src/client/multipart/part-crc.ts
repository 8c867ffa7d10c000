/**
 * The CRC64NVME of one part, computed while the part is sent: of the very bytes where they pass through us (Node),
 * else of the file, which is then read once more beside the request.
 *
 * @module
 */

import { formatCrc64 } from '../../s3/crc64/crc64.ts'
import { RunningCrc64 } from '../../s3/crc64/running-crc64.ts'
import { crc64Of } from '../hash/crc64.ts'
import type { SendRequest } from '../transport/send.ts'

export class PartCrc {
  #sent: RunningCrc64 | undefined
  #known: Promise<string> | undefined
  readonly #slice: Blob
  readonly #signal: AbortSignal
  readonly #showsBytes: boolean

  /** @param showsBytes - Whether requests give their bytes to `onBytes`. */
  constructor(slice: Blob, signal: AbortSignal, showsBytes: boolean) {
    this.#slice = slice
    this.#signal = signal
    this.#showsBytes = showsBytes
  }

  /** To be called before each attempt. */
  start(): Pick<SendRequest, 'onBytes'> {
    if (this.#showsBytes) {
      const sent = new RunningCrc64()
      this.#sent = sent
      return { onBytes: (bytes) => sent.update(bytes) }
    }
    this.#known ??= crc64Of(this.#slice, this.#signal)
    this.#known.catch(() => {}) // heard in `end`
    return {}
  }

  /** To be called when an attempt has succeeded. */
  async end(): Promise<string> {
    if (this.#known) return this.#known
    const sent = this.#sent
    if (!sent) throw new TypeError('the CRC of a part was asked for before the part was sent')
    return formatCrc64(sent.value)
  }

  /** What was read may have been read wrongly: the next attempt reads again. */
  forget(): void {
    this.#known = undefined
  }
}
