/**
 * Advice on what to check when the storage rejects a request, by S3 error code. The client and the
 * signer append it to their error messages.
 *
 * @module
 */

import type { StoreError } from 'waybill-s3/internal/s3-error'

const HOST =
  'any proxy in front of the storage must pass the Host header unchanged (nginx: proxy_set_header Host $http_host)'
const REGION = "check the signer's region"
export const RENEW_CREDENTIALS =
  "get new ones and restart the signer (with SSO: aws sso login), or pass a function as credentials that renews them, such as fromNodeProviderChain() of the AWS SDK's credential-providers"
const EXPIRED = `the signer's temporary credentials have expired: ${RENEW_CREDENTIALS}`

const ADVICE: Readonly<Record<string, string>> = {
  NoSuchBucket:
    "the bucket does not exist or is in another region, check the signer's bucket and region",
  PermanentRedirect: REGION,
  AuthorizationHeaderMalformed: REGION,
  InvalidAccessKeyId: "check accessKeyId of the signer's credentials",
  SignatureDoesNotMatch: `secretAccessKey does not belong to accessKeyId: check the signer's credentials; if they are right, ${HOST}`,
  ExpiredToken: EXPIRED,
  TokenRefreshRequired: EXPIRED,
  InvalidToken:
    "the signer's sessionToken is incomplete or does not match accessKeyId: take all three from the same set",
}

/** Pages only send objects and parts. The signer's own errors name another permission. */
const PAGES_NEED = 's3:PutObject (and s3:PutObjectTagging for tags)'

/** S3 puts the right region in the message, or in an element of its own. */
function regionIn({ message, detail }: StoreError): string | undefined {
  const [, named] = /region .+ is wrong; expecting '([a-z\d-]{1,32})'/.exec(message) ?? []
  return named ?? detail.Region
}

/** @example `CreateMultipartUpload failed with 404 NoSuchBucket` */
export function describeRefusal({ code, status, detail }: StoreError): string {
  const { Operation, Origin } = detail
  const what = Operation ? `${Operation} failed` : 'the storage responded'
  return `${what} with ${status}${code && ' '}${code}${Origin ? ` from ${Origin}` : ''}`
}

/**
 * Returns advice to append to an error message, or an empty string.
 *
 * @param error - `code` is empty if the response is not an S3 error document.
 */
export function refusalAdvice(error: StoreError): string {
  const { code, status, detail } = error
  const advice = Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined
  const region = regionIn(error)
  if (region) return `: the bucket is in another region, set the signer's region to '${region}'`
  if (code === 'AccessDenied') {
    const permission = detail.Permission ?? PAGES_NEED
    return `: the signer's credentials need ${permission}: add what their user or role lacks to its IAM policy; if it has everything, look for a Deny there and in the bucket policy`
  }
  if (code === '' && status === 413) {
    return ': a proxy in front of the storage limits the size of bodies (nginx: client_max_body_size)'
  }
  if (code === '' && status < 500) {
    return ": not an S3 response. Check the signer's endpoint option, and any proxy in front of the storage"
  }
  return advice ? `: ${advice}` : ''
}
