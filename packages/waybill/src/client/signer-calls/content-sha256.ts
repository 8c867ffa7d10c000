/**
 * CloudFront signs the requests that it forwards to a Lambda function URL, but it reads the body's
 * hash from a header instead of computing it.
 *
 * See "Restrict access to an AWS Lambda function URL origin" in the CloudFront Developer Guide.
 *
 * @module
 */

import { sha256BytesOf, toHex } from '../hash/sha256.ts'
import type { SignerCall } from './signer-calls.ts'

/**
 * Creates the header that CloudFront requires in front of a Lambda function URL. Pass this function
 * as the uploader's `headers` option.
 *
 * @returns `x-amz-content-sha256`: the body's SHA-256 in lower-case hexadecimal.
 * @example
 * ```ts
 * const uploader = createUploader({
 *   endpoint,
 *   headers: contentSha256Headers, // or a function that merges its result with your own headers
 * })
 * ```
 */
export async function contentSha256Headers({ body }: SignerCall): Promise<Record<string, string>> {
  return { 'x-amz-content-sha256': toHex(await sha256BytesOf(new Blob([body]))) }
}
