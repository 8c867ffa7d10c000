import type { SignDownload } from 'waybill/signer'
import { required } from './environment.ts'
import { keptSecret, type SecretReading } from './kept-secret.ts'

/**
 * Creates a function that signs links for CloudFront.
 *
 * `WAYBILL_LINKS_KEY_ARN` is the ARN of the secret with the private key, and `WAYBILL_LINKS_KEY_ID`
 * is the public key's id in CloudFront. The code and the key are loaded when the first link is
 * signed.
 *
 * @returns `undefined` if `WAYBILL_LINKS_URL` is not set. The signer then signs links for S3.
 * @throws {TypeError} If `WAYBILL_LINKS_URL` is set and one of the other two settings is missing.
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
