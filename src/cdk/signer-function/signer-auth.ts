/**
 * Who may call the signer, as a prop.
 *
 * @module
 */

import { Token } from 'aws-cdk-lib'

/**
 * - `none`: everybody. The rules decide, and rules without `authorize` let everybody upload.
 * - `iam`: callers whom IAM lets invoke the Function URL (`grantInvokeUrl`). The caller's ARN owns the upload.
 * - `jwt`: bearers of a token of one issuer. The token's subject owns the upload.
 */
export type SignerAuth =
  | { readonly type: 'none' }
  | { readonly type: 'iam' }
  | {
      readonly type: 'jwt'
      /** `iss` of the tokens, an https address. */
      readonly issuer: string
      /** `aud` of the tokens. */
      readonly audience: string
      /**
       * Where the issuer publishes its keys.
       * @default - `<issuer>/.well-known/jwks.json`
       */
      readonly jwksUri?: string
    }

/** @throws {Error} When a token's issuer is not reached over https: its keys could be anybody's. */
export function authSettings(auth: SignerAuth): Record<string, string> {
  if (auth.type !== 'jwt') return { WAYBILL_AUTH: auth.type }
  const { issuer, audience, jwksUri } = auth
  for (const [name, address] of Object.entries({ issuer, jwksUri })) {
    // A user pool's address is known to CloudFormation alone.
    if (address === undefined || Token.isUnresolved(address)) continue
    if (!address.startsWith('https://')) {
      throw new Error(`auth.${name} is '${address}', expected an address that begins with https://`)
    }
  }
  if (audience === '') throw new Error('auth.audience is empty, expected the `aud` of the tokens')
  return {
    WAYBILL_AUTH: auth.type,
    WAYBILL_JWT_ISSUER: issuer,
    WAYBILL_JWT_AUDIENCE: audience,
    ...(jwksUri ? { WAYBILL_JWKS_URI: jwksUri } : {}),
  }
}
