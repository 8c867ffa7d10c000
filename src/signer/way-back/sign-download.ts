/**
 * What an application gives to sign downloads with something else than S3's presigned URLs.
 *
 * @module
 */

/** Describes a URL to sign: what a browser must get from it. */
export interface DownloadToSign {
  readonly key: string
  /** In a bucket with versioning: the only version that the URL may lead to. */
  readonly versionId?: string
  /** The `Content-Type` that the response must have, whatever the object has. */
  readonly contentType: string
  /** The `Content-Disposition` that the response must have. */
  readonly contentDisposition: string
  /** When the URL must stop to work. */
  readonly expiration: Date
}

/** Signs a URL for one object. Returns the URL. */
export type SignDownload = (download: DownloadToSign) => string | Promise<string>
