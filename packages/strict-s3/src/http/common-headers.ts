/**
 * The headers that every response has.
 *
 * @module
 */

/** Makes the headers that every response has. */
export function commonHeaders(id: string): { 'x-amz-request-id': string; [name: string]: string } {
  // The extended request id of S3. SDKs show both ids in their errors.
  return {
    'x-amz-request-id': id,
    'x-amz-id-2': Buffer.from(`waybill-local-s3/${id}`).toString('base64'),
    server: 'AmazonS3',
  }
}
