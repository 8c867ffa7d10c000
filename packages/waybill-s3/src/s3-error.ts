/**
 * S3's error codes, with their HTTP statuses and default messages, and `<Error>` documents.
 *
 * Web pages use only `StoreError`, so bundlers leave out the table.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * @module
 */

import { parseXml, textOf, type XmlElement, xmlDocument } from './xml.ts'

const S3_ERRORS = {
  AccessDenied: [403, 'Access Denied'],
  AuthorizationHeaderMalformed: [400, 'The authorization header that you provided is not valid.'],
  AuthorizationQueryParametersError: [400, 'Error parsing the X-Amz-Credential parameter.'],
  BadDigest: [
    400,
    'The Content-MD5 or checksum value that you specified did not match what the server received.',
  ],
  BucketAlreadyExists: [409, 'The requested bucket name is not available.'],
  BucketAlreadyOwnedByYou: [
    409,
    'Your previous request to create the named bucket succeeded and you already own it.',
  ],
  BucketNotEmpty: [409, 'The bucket you tried to delete is not empty'],
  ConditionalRequestConflict: [
    409,
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
  ],
  CORSForbidden: [403, 'CORSResponse: This CORS request is not allowed.'],
  EntityTooLarge: [400, 'Your proposed upload exceeds the maximum allowed size'],
  EntityTooSmall: [400, 'Your proposed upload is smaller than the minimum allowed size'],
  ExpiredToken: [400, 'The provided token has expired.'],
  IncompleteBody: [
    400,
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  ],
  IncorrectNumberOfFilesInPostRequest: [400, 'POST requires exactly one file upload per request.'],
  InternalError: [500, 'We encountered an internal error. Please try again.'],
  InvalidAccessKeyId: [403, 'The AWS Access Key Id you provided does not exist in our records.'],
  InvalidArgument: [400, 'Invalid Argument'],
  InvalidBucketName: [400, 'The specified bucket is not valid.'],
  InvalidChunkSizeError: [
    403,
    'Only the last chunk is allowed to have a size less than 8192 bytes',
  ],
  InvalidDigest: [400, 'The Content-MD5 or checksum value that you specified is not valid.'],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  ],
  InvalidPartOrder: [
    400,
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
  ],
  InvalidPolicyDocument: [
    400,
    'The content of the form does not meet the conditions specified in the policy document.',
  ],
  InvalidRange: [416, 'The requested range is not satisfiable'],
  InvalidRequest: [400, 'The request is not valid.'],
  InvalidStorageClass: [400, 'The storage class you specified is not valid'],
  InvalidTag: [400, 'The tag provided was not a valid tag.'],
  InvalidToken: [400, 'The provided token is malformed or otherwise not valid.'],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  KeyTooLongError: [400, 'Your key is too long'],
  MalformedPOSTRequest: [
    400,
    'The body of your POST request is not well-formed multipart/form-data.',
  ],
  MalformedXML: [
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  ],
  MaxMessageLengthExceeded: [400, 'Your request was too large.'],
  MaxPostPreDataLengthExceededError: [
    400,
    'Your POST request fields preceding the upload file were too large.',
  ],
  MetadataTooLarge: [400, 'Your metadata headers exceed the maximum allowed metadata size'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  MissingFields: [400, 'The request is missing required fields.'],
  MissingSecurityHeader: [400, 'Your request is missing a required header.'],
  NoSuchBucket: [404, 'The specified bucket does not exist'],
  NoSuchBucketPolicy: [404, 'The bucket policy does not exist'],
  NoSuchCORSConfiguration: [404, 'The CORS configuration does not exist'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NoSuchLifecycleConfiguration: [404, 'The lifecycle configuration does not exist'],
  NoSuchPublicAccessBlockConfiguration: [
    404,
    'The public access block configuration was not found',
  ],
  NoSuchTagSet: [404, 'The TagSet does not exist'],
  NoSuchUpload: [
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  ],
  NoSuchVersion: [404, 'The specified version does not exist.'],
  NotImplemented: [501, 'A header you provided implies functionality that is not implemented'],
  NotModified: [304, 'Not Modified'],
  PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold'],
  RequestHeaderSectionTooLarge: [
    400,
    'Your request header section exceeds the maximum allowed size.',
  ],
  RequestIsNotMultiPartContent: [
    400,
    'Bucket POST must be of the enclosure-type multipart/form-data.',
  ],
  RequestTimeout: [
    400,
    'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.',
  ],
  RequestTimeTooSkewed: [
    403,
    'The difference between the request time and the current time is too large.',
  ],
  ServiceUnavailable: [503, 'Reduce your request rate.'],
  SignatureDoesNotMatch: [
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  SlowDown: [503, 'Please reduce your request rate.'],
  UnexpectedContent: [400, 'This request does not support content'],
  UserKeyMustBeSpecified: [
    400,
    'The bucket POST must contain the specified field name. If it is specified, check the order of the fields.',
  ],
  XAmzContentSHA256Mismatch: [
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  ],
} as const satisfies Record<string, readonly [status: number, message: string]>

/** An error from a store, created without the table of S3's errors. Also an `instanceof S3Error`. */
export class StoreError extends Error {
  override readonly name = 'S3Error'
  readonly code: string
  readonly status: number
  /** The error's other XML elements, for example `ProposedSize`. */
  readonly detail: Readonly<Record<string, string>>

  constructor(
    code: string,
    message: string,
    detail: Readonly<Record<string, string>>,
    status: number,
  ) {
    super(message)
    this.code = code
    this.status = status
    this.detail = detail
  }
}

/** S3 error codes for which this package has a status and a default message. */
export type S3ErrorCode = keyof typeof S3_ERRORS

/** An error from S3, read from a response with `parseErrorXml`, or thrown by strict-s3. */
export class S3Error extends StoreError {
  /** S3's error code. Can be any string, because other stores have their own codes. */
  declare readonly code: S3ErrorCode | (string & {})

  constructor(
    code: S3ErrorCode | (string & {}),
    message?: string,
    detail: Readonly<Record<string, string>> = {},
    status?: number,
  ) {
    const known = isS3ErrorCode(code) ? S3_ERRORS[code] : undefined
    super(code, message ?? known?.[1] ?? code, detail, status ?? known?.[0] ?? 400)
  }

  static override [Symbol.hasInstance](value: unknown): value is S3Error {
    return value instanceof StoreError
  }
}

export function isS3ErrorCode(code: string): code is S3ErrorCode {
  return Object.hasOwn(S3_ERRORS, code)
}

/**
 * Reads S3's error from a response body.
 *
 * @param status - The response's HTTP status, which becomes the error's `status`. A success status
 *   is ignored, because S3 may send 200 for a long-running request before it knows the result.
 * @returns The error, or `undefined` if the body is not an `<Error>` document, for example if it is
 *   empty or a proxy's error page.
 * @example
 * ```ts
 * const error = parseErrorXml(await response.text(), response.status)
 * if (error?.code === 'NoSuchBucket') console.log(error.detail.BucketName)
 * ```
 */
export function parseErrorXml(body: string, status: number): S3Error | undefined {
  try {
    return readErrorXml(parseXml(body), status)
  } catch {
    return undefined
  }
}

/** Like `parseErrorXml`, for a document that has already been parsed. */
export function readErrorXml(root: XmlElement, status: number): S3Error | undefined {
  if (root.name !== 'Error') return undefined
  const detail: Record<string, string> = {}
  for (const { name, text = '' } of root.children ?? []) {
    if (name !== 'Code' && name !== 'Message') detail[name] = text
  }
  const code = textOf(root, 'Code') ?? 'InternalError'
  return new S3Error(code, textOf(root, 'Message'), detail, status < 300 ? undefined : status)
}

/**
 * Writes an error as an `<Error>` document.
 *
 * @param context - Additional elements, such as `Resource` and `RequestId`.
 */
export function errorXml(error: S3Error, context: Readonly<Record<string, string>> = {}): string {
  const text = { Code: error.code, Message: error.message, ...error.detail, ...context }
  return xmlDocument({
    name: 'Error',
    children: Object.entries(text).map(([name, value]) => ({ name, text: value })),
  })
}
