/**
 * Decides which files must come with their SHA-256.
 *
 * A signature that can be used twice must not allow different bytes to be stored. For presigned
 * PUTs, S3 checks `if-none-match`, and a multipart upload can be completed only once. Forms have no
 * such condition, so they are signed only for files whose SHA-256 is known.
 *
 * @module
 */

import type { FileDescription } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { MAX_SIZE_TO_HASH } from '../../seal/waybill.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import type { UploadPlan } from '../strategy-and-part-size.ts'

/**
 * @throws {UploadError} `CHECKSUM_REQUIRED` if the SHA-256 is required but missing;
 *   `REQUEST_INVALID` if it could never be compared.
 */
export function checkSha256(
  context: SignerContext,
  rule: SignerRule,
  { sha256, size }: FileDescription,
  plan: UploadPlan,
): void {
  if (sha256 === undefined && isRequired(context, rule, plan)) {
    throw new UploadError(
      'CHECKSUM_REQUIRED',
      "sha256 is missing, expected the file's SHA-256 in base64: openssl dgst -sha256 -binary FILE | openssl base64, " +
        "or in JavaScript crypto.subtle.digest('SHA-256', await file.arrayBuffer())",
    )
  }
  if (sha256 !== undefined && plan.strategy === 'multipart' && size > MAX_SIZE_TO_HASH) {
    throw new UploadError(
      'REQUEST_INVALID',
      `sha256 of a file in parts is compared up to ${MAX_SIZE_TO_HASH} bytes, the file is ${size}: ` +
        'leave it out, and send crc64nvme with complete',
    )
  }
}

function isRequired(
  { conditionalWrites }: SignerContext,
  { requireSha256 }: SignerRule,
  { strategy }: UploadPlan,
): boolean {
  if (strategy === 'put') return requireSha256 || !conditionalWrites
  return strategy === 'post'
}
