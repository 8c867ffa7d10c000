/**
 * Writes into the console of a page what its developer has to change, once for each cause.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import { isForDevelopers } from './for-developers.ts'

const told = new Set<string>()

/** A rule that refuses files may be stricter than was meant. */
const REFUSED_BY_RULE = /^FILE_T/

/** Warns of a failure of the page, its signer or its storage, and of a first file that is refused. */
export function warnOnce(error: UploadError): void {
  const { code, message } = error
  const isRefused = REFUSED_BY_RULE.test(code)
  if (!isRefused && !isForDevelopers(error)) return
  const text = `waybill: ${code}: ${message} (see node_modules/waybill/docs/reference/errors.md)`
  const cause = isRefused ? code : text
  if (told.has(cause)) return
  told.add(cause)
  console.warn(text)
}
