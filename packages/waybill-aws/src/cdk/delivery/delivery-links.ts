/**
 * Lets CloudFront accept links that the signer signed, and forward their query parameters to S3.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
 *
 * @module
 */

import { createHash } from 'node:crypto'
import {
  CacheQueryStringBehavior,
  type IKeyGroup,
  KeyGroup,
  PublicKey,
} from 'aws-cdk-lib/aws-cloudfront'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { globalName } from '../regions.ts'
import type { SignerFunction } from '../signer-function/signer-function.ts'

/** The signer that signs links for CloudFront, and its keys. */
export interface DeliveryLinks {
  /** The signer whose links lead to this distribution: `WaybillUploads.signer`. */
  readonly signer: SignerFunction
  /** The public key as PEM: 2048-bit RSA, or ECDSA on P-256. */
  readonly publicKey: string
  /** The secret with the private key as PEM. Only the signer's role gets access to it. */
  readonly privateKey: ISecret
  /**
   * Other public keys whose links must work, too. Before you replace `publicKey`, list the new one
   * here. Afterwards, list the old one until its last link has expired (docs/operate/secrets.md).
   * @default - none
   */
  readonly otherPublicKeys?: readonly string[]
}

/**
 * Query parameters that CloudFront forwards to S3. Viewers cannot change them, because the
 * signature covers the whole query.
 */
export const LINK_QUERY = CacheQueryStringBehavior.allowList(
  'versionId',
  'response-content-disposition',
  'response-content-type',
)

export interface LinkKey {
  readonly group: IKeyGroup
  readonly id: string
}

/** @throws {Error} If a value is not a public key, or if a key is listed twice. */
export function linkKey(
  scope: Construct,
  { publicKey, otherPublicKeys = [] }: Pick<DeliveryLinks, 'publicKey' | 'otherPublicKeys'>,
): LinkKey {
  const current = makeKey(scope, 'links.publicKey', publicKey)
  const previous = otherPublicKeys.map((each, at) =>
    makeKey(scope, `links.otherPublicKeys[${at}]`, each),
  )
  const group = new KeyGroup(scope, 'LinkKeys', {
    keyGroupName: globalName(scope, 'LinkKeys', 128),
    comment: COMMENT,
    items: [current, ...previous],
  })
  return { group, id: current.publicKeyId }
}

const COMMENT = 'Waybill: links that the signer signs'

/**
 * CloudFront cannot change a public key. With its hash in the id and name, each key is a separate
 * resource, so creating a new key does not affect the previous one.
 */
function makeKey(scope: Construct, option: string, pem: string): PublicKey {
  const [, body] =
    /^\s*-----BEGIN PUBLIC KEY-----([\s\S]+)-----END PUBLIC KEY-----\s*$/.exec(pem) ?? []
  if (body === undefined) {
    throw new Error(
      `${option} is not the PEM of a public key, expected the output of \`openssl pkey -pubout\``,
    )
  }
  const hash = createHash('sha256').update(body.replaceAll(/\s/g, '')).digest('hex').slice(0, 8)
  const id = `LinkKey${hash}`
  if (scope.node.tryFindChild(id))
    throw new Error(`${option} is passed twice, expected different keys`)
  return new PublicKey(scope, id, {
    publicKeyName: globalName(scope, id, 128),
    encodedKey: pem,
    comment: COMMENT,
  })
}
