/**
 * All that a signer seals with its secrets: waybills, and receipts under keys of their own.
 *
 * @module
 */

import { deriveReceiptKey } from './receipts/receipt-key.ts'
import { createReceiptSeal, type ReceiptSeal } from './receipts/receipt-seal.ts'
import { createSeal, type Seal } from './waybill/seal.ts'
import type { SealPlace } from './waybill/sealing-key.ts'
import type { Secrets } from './waybill/secret.ts'

/** Seals waybills and receipts. */
export interface SignerSeal extends Seal {
  readonly receipts: ReceiptSeal
}

/** Creates the seals of a signer. Keys are derived when they are first needed. */
export function createSignerSeal(secrets: Secrets, place: SealPlace): SignerSeal {
  const [first, ...others] = secrets
  const keyOf = (secret: string) => () => deriveReceiptKey(secret)
  return {
    ...createSeal([first, ...others], place),
    receipts: createReceiptSeal([keyOf(first), ...others.map(keyOf)], place),
  }
}
