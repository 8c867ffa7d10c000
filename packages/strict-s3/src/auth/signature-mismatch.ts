/**
 * The error for a wrong signature, of a request or of a chunk of its body.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'

/** Makes S3's error for a wrong signature; it shows what this server signed. */
export function signatureMismatch(
  accessKeyId: string,
  text: string,
  signature: string,
  canonical: string,
): S3Error {
  return new S3Error('SignatureDoesNotMatch', undefined, {
    AWSAccessKeyId: accessKeyId,
    StringToSign: text,
    SignatureProvided: signature,
    StringToSignBytes: spacedHex(text),
    CanonicalRequest: canonical,
    CanonicalRequestBytes: spacedHex(canonical),
  })
}

function spacedHex(text: string): string {
  return (Buffer.from(text).toString('hex').match(/../g) ?? []).join(' ')
}
