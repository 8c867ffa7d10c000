import type { Digest } from 'waybill-s3'
import { nodeCrypto, platformDigest } from 'waybill-s3/internal/digest'

/** The platform functions that servers use besides `fetch`. Tests can replace each of them. */
export interface ServerEffects {
  /** @default () => new Date() */
  readonly now: () => Date
  /** @default the platform's */
  readonly randomBytes: (length: number) => Uint8Array
  /** @default setTimeout */
  readonly wait: (delayMs: number) => Promise<void>
  /**
   * Calls back after a delay unless the returned function is called first.
   * @default setTimeout, clearTimeout
   */
  readonly later: (delayMs: number, callBack: () => void) => () => void
  /** @default Node's crypto, or Web Crypto if there is none */
  readonly digest: Digest
}

export function serverEffects(given: Partial<ServerEffects> = {}): ServerEffects {
  return {
    now: given.now ?? (() => new Date()),
    randomBytes: given.randomBytes ?? randomBytes,
    wait: given.wait ?? ((delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs))),
    later: given.later ?? callLater,
    digest: given.digest ?? platformDigest(),
  }
}

function callLater(delayMs: number, callBack: () => void): () => void {
  const timer = setTimeout(callBack, delayMs)
  return () => clearTimeout(timer)
}

/**
 * Asks the platform each time. Bytes that are kept could be used twice: two processes that were
 * restored from one snapshot would have the same ones. In Node, this avoids Web Crypto, which takes
 * a while to load.
 */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  const node = nodeCrypto()
  return node ? node.randomFillSync(bytes) : crypto.getRandomValues(bytes)
}
