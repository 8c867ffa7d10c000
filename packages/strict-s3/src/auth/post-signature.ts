/**
 * Verifies the signature of a POST form. The signature covers the policy, and its parameters are
 * form fields.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-authentication-HTTPPOST.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { parseAmzDate } from 'waybill-s3/internal/encoding'
import { ALGORITHM } from 'waybill-s3/internal/sigv4'
import { type AuthContext, type Identity, parseScope, sameSignature, sign } from './identity.ts'
import { findCredentials, refuseToken, spacedHex } from './signature-check.ts'
import { authenticatePostV2, requireSigv2, SIGNED_FIELDS_V2 } from './signature-v2.ts'

const SIGNED_FIELDS = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature']

/**
 * `X-Amz-Date` can be any time, because only the policy's expiration limits how long a form is
 * valid.
 *
 * @param fields - Names must be in lower case.
 * @returns An identity without credentials if the form has no signature fields.
 * @throws {S3Error} S3's error for an invalid signature.
 */
export async function authenticatePost(
  fields: ReadonlyMap<string, string>,
  context: AuthContext,
): Promise<Identity> {
  const policy = fields.get('policy')
  if (fields.has('awsaccesskeyid') || fields.has('signature')) {
    requireSigv2(context)
    const missing = SIGNED_FIELDS_V2.find((name) => !fields.get(name))
    if (missing !== undefined) throw missingField(missing)
    return authenticatePostV2(fields, context)
  }
  // S3 then ignores the policy.
  if (SIGNED_FIELDS.every((name) => !fields.has(name))) return {}
  if (policy === undefined) throw missingField('policy')
  const [algorithm, credential, amzDate, signature] = SIGNED_FIELDS.map((name) => {
    const value = fields.get(name)
    if (value === undefined) throw missingField(name)
    return value
  })
  if (algorithm !== ALGORITHM) {
    throw invalidField('X-Amz-Algorithm', algorithm, `X-Amz-Algorithm only supports "${ALGORITHM}"`)
  }
  const scope = parseScope(credential ?? '', context.region, {
    code: 'InvalidArgument',
    detail: { ArgumentName: 'X-Amz-Credential', ArgumentValue: credential ?? '' },
  })
  const signedAt = parseAmzDate(amzDate ?? '')
  if (!signedAt || amzDate?.slice(0, 8) !== scope.date) {
    throw invalidField(
      'X-Amz-Date',
      amzDate,
      `X-Amz-Date must be formatted via ISO8601 Long format and of the credential's date`,
    )
  }
  const token = fields.get('x-amz-security-token')
  const credentials = findCredentials(context, scope.accessKeyId, token)
  await checkPolicySignature(credentials, scope, policy, signature ?? '')
  refuseToken(credentials, token)
  return { credentials, authType: 'POST', signedAt }
}

async function checkPolicySignature(
  credentials: Identity['credentials'] & object,
  scope: { readonly accessKeyId: string; readonly text: string },
  policy: string,
  signature: string,
): Promise<void> {
  const expected = await sign(credentials, scope.text, policy)
  if (sameSignature(expected, signature)) return
  throw new S3Error('SignatureDoesNotMatch', undefined, {
    AWSAccessKeyId: scope.accessKeyId,
    StringToSign: policy,
    SignatureProvided: signature,
    StringToSignBytes: spacedHex(policy),
  })
}

const SPELLING: Readonly<Record<string, string>> = {
  awsaccesskeyid: 'AWSAccessKeyId',
  signature: 'Signature',
  'x-amz-algorithm': 'X-Amz-Algorithm',
  'x-amz-credential': 'X-Amz-Credential',
  'x-amz-date': 'X-Amz-Date',
  'x-amz-signature': 'X-Amz-Signature',
}

export function missingField(name: string): S3Error {
  return new S3Error(
    'InvalidArgument',
    `Bucket POST must contain a field named '${SPELLING[name] ?? name}'.  If it is specified, please check the order of the fields.`,
    { ArgumentName: SPELLING[name] ?? name, ArgumentValue: '' },
  )
}

function invalidField(name: string, value: string | undefined, message: string): S3Error {
  return new S3Error('InvalidArgument', message, {
    ArgumentName: name,
    ArgumentValue: value ?? '',
  })
}
