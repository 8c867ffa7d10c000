/**
 * Writes into the console of a page what its developer has to change, once for each cause.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import { isForDevelopers } from './for-developers.ts'

const told = new Set<string>()

/** Warns of a failure of the page, its signer or its storage. */
export function warnOnce(error: UploadError): void {
  if (!isForDevelopers(error)) return
  const text = `waybill: ${error.code}: ${error.message} (see node_modules/waybill/docs/errors.md)`
  if (told.has(text)) return
  told.add(text)
  console.warn(text)
}
