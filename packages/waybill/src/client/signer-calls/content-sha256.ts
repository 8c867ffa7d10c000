/**
 * The header that a signer behind CloudFront needs: CloudFront signs what it forwards to the
 * signer's function, and takes the hash of the body from the request instead of computing it.
 *
 * See "Restrict access to an AWS Lambda function URL origin" in the CloudFront Developer Guide.
 *
 * @module
 */

import { sha256BytesOf, toHex } from '../hash/sha256.ts'
import type { SignerCall } from './signer-calls.ts'

/**
 * Makes the header that CloudFront needs with a call: the SHA-256 of its body. It is a value of the
 * option `headers`.
 *
 * @returns `x-amz-content-sha256`: the body's SHA-256 in lower-case hexadecimal.
 * @example
 * ```ts
 * const uploader = createUploader({
 *   endpoint,
 *   headers: contentSha256Headers, // or a function that adds what it returns to headers of yours
 * })
 * ```
 */
export async function contentSha256Headers({ body }: SignerCall): Promise<Record<string, string>> {
  return { 'x-amz-content-sha256': toHex(await sha256BytesOf(new Blob([body]))) }
}
