/**
 * `waybill/client` – the upload engine for browsers and Node: `createUploader`.
 *
 * @module
 */

export type { Progress } from './progress.ts'
export type { SignerHeaders } from './signer-calls.ts'
export type { Upload } from './upload.ts'
export type { UploadEvents, UploadState } from './upload-state.ts'
export { createUploader, type Uploader, type UploadOptions } from './uploader.ts'
export type { UploaderOptions } from './uploader-options.ts'
