/**
 * Links of the signer through CloudFront: the distribution takes URLs that the signer's key has
 * signed, and hands their query to S3.
 *
 * @see
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
 * @module
 */

import {
  CacheQueryStringBehavior,
  type IKeyGroup,
  KeyGroup,
  PublicKey,
} from 'aws-cdk-lib/aws-cloudfront'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { globalName } from '../regions/global-name.ts'
import type { SignerFunction } from '../signer-function/signer-function.ts'

/** The signer of links through CloudFront, and its keys. */
export interface DeliveryLinks {
  /** `WaybillUploads.signer`. */
  readonly signer: SignerFunction
  /** The public key as PEM: RSA of 2048 bits, or ECDSA on P-256. */
  readonly publicKey: string
  /** The private key as PEM. Only the signer reads it. */
  readonly privateKey: ISecret
}

/**
 * The query parameters that S3 gets. The signature covers the whole query, so no viewer can change
 * it. CloudFront removes its own parameters.
 */
export const LINK_QUERY = CacheQueryStringBehavior.allowList(
  'versionId',
  'response-content-disposition',
  'response-content-type',
)

/** The key of the signer, in a group of its own. */
export interface LinkKey {
  readonly group: IKeyGroup
  /** The public key's id, for the URLs. */
  readonly id: string
}

/**
 * Makes the public key of the signer and its group.
 *
 * @throws {Error} When it is not a public key.
 */
export function linkKey(scope: Construct, publicKey: string): LinkKey {
  if (!/^\s*-----BEGIN PUBLIC KEY-----[\s\S]+-----END PUBLIC KEY-----\s*$/.test(publicKey)) {
    throw new Error(
      'links.publicKey is not the PEM of a public key, expected what `openssl pkey -pubout` writes',
    )
  }
  const key = new PublicKey(scope, 'LinkKey', {
    publicKeyName: globalName(scope, 'LinkKey', 128),
    encodedKey: publicKey,
    comment: 'Waybill: links that the signer signs',
  })
  const group = new KeyGroup(scope, 'LinkKeys', {
    keyGroupName: globalName(scope, 'LinkKeys', 128),
    comment: 'Waybill: links that the signer signs',
    items: [key],
  })
  return { group, id: key.publicKeyId }
}
