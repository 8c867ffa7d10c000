/**
 * How links are signed: for S3 or, with `WAYBILL_LINKS_URL`, for a CloudFront distribution.
 *
 * @module
 */

import type { SignDownload } from 'waybill/signer'
import { required } from './environment.ts'
import { keptSecret, type SecretReading } from './kept-secret.ts'

/**
 * Creates the function that signs links for CloudFront.
 *
 * `WAYBILL_LINKS_KEY_ARN` is the secret with the private key, `WAYBILL_LINKS_KEY_ID` the id of its
 * public key. Code and key are loaded with the first link.
 *
 * @returns `undefined` if `WAYBILL_LINKS_URL` is not set.
 * @throws {TypeError} If it is set and one of the others is missing.
 */
export function linkSigner(reading: SecretReading): SignDownload | undefined {
  const { environment } = reading
  const url = environment.WAYBILL_LINKS_URL
  if (!url) return undefined
  const keyPairId = required(environment, 'WAYBILL_LINKS_KEY_ID')
  const arn = required(environment, 'WAYBILL_LINKS_KEY_ARN')
  const privateKey = keptSecret(arn, (text) => text, reading)
  let signer: Promise<SignDownload> | undefined
  return async (download) => {
    signer ??= import('waybill/internal/cloudfront-url').then(({ cloudFrontUrls }) =>
      cloudFrontUrls({ url, keyPairId, privateKey }),
    )
    return (await signer)(download)
  }
}
