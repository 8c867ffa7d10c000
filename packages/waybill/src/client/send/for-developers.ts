/**
 * Decides which errors a developer must fix: those caused by the page, its signer or its storage
 * rather than by a file or a user.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'

const OURS =
  /^(?:REQUEST|METHOD|NOT_FOUND|RULE|CHECKSUM_REQ|WAYBILL_INV|POLICY|CREDENTIALS|CLOCK|STORAGE|UNAUTH|ORIGIN|ADDRESS|NETWORK|SIGNER|RESPONSE|INTERNAL|PAGE)/

export function isForDevelopers({ code }: UploadError): boolean {
  return OURS.test(code)
}
