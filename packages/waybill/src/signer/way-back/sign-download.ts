/**
 * The function with which an application signs downloads by other means than S3's presigned URLs.
 *
 * @module
 */

/** Describes a URL to sign: which object, and what the response must be. */
export interface DownloadToSign {
  readonly key: string
  /**
   * Parameters for S3, not encoded: `response-content-type`, `response-content-disposition` and, in
   * a bucket with versioning, `versionId`. The signature must cover them, and S3 must get them.
   */
  readonly query: Readonly<Record<string, string>>
  /** When the URL must stop working. */
  readonly expiration: Date
}

/** Signs a URL for one object. Returns the URL; `cloudFrontUrls` makes such a function. */
export type SignDownload = (download: DownloadToSign) => string | Promise<string>
