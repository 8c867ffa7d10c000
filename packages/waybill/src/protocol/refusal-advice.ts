/**
 * Advice on what to check when the storage rejects a request, by S3 error code. The client and the
 * signer append it to their error messages.
 *
 * @module
 */

const HOST =
  'any proxy in front of the storage must pass the Host header unchanged (nginx: proxy_set_header Host $http_host)'
const REGION = "check the signer's region"

const ADVICE: Readonly<Record<string, string>> = {
  NoSuchBucket:
    "the bucket does not exist or is in another region, check the signer's bucket and region",
  PermanentRedirect: REGION,
  AuthorizationHeaderMalformed: REGION,
  InvalidAccessKeyId: "check accessKeyId of the signer's credentials",
  SignatureDoesNotMatch: `secretAccessKey does not belong to accessKeyId: check the signer's credentials; if they are right, ${HOST}`,
  AccessDenied: `the signer's credentials lack a permission, or ${HOST}`,
}

/**
 * Returns advice to append to an error message, or an empty string.
 *
 * @param code - S3's error code; empty if the response is not an S3 error document.
 */
export function refusalAdvice(code: string, status: number): string {
  const isProxy = code === '' && status === 413
  const advice = isProxy
    ? 'a proxy in front of the storage limits the size of bodies (nginx: client_max_body_size)'
    : Object.hasOwn(ADVICE, code) && ADVICE[code]
  return advice ? `: ${advice}` : ''
}
