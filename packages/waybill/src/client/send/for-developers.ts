/**
 * Decides which failures developers must fix: those caused by the page, its signer or its storage,
 * not by a file or a user.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'

const OURS =
  /^(?:REQUEST|METHOD|NOT_FOUND|RULE|CHECKSUM_REQ|WAYBILL_INV|POLICY|CREDENTIALS|CLOCK|STORAGE|UNAUTH|ORIGIN|ADDRESS|NETWORK|SIGNER|RESPONSE|INTERNAL)/

/** Whether the message tells a developer what to change. */
export function isForDevelopers({ code }: UploadError): boolean {
  return OURS.test(code)
}
