/**
 * `waybill/client` – the upload engine for browsers and Node: `createUploader`.
 *
 * @module
 */

export { contentSha256Headers } from './content-sha256.ts'
export type { Effects, Online } from './effects.ts'
export type { UploadSource } from './file-source.ts'
export type { InterruptedUpload, ResumeOptions } from './interrupted.ts'
export { fileRecords } from './lazy-records.ts'
export type { Progress } from './progress.ts'
export type { ResumeRecord, ResumeRecords } from './resume-record.ts'
export type { SignerCall, SignerHeaders } from './signer-calls.ts'
export type { Upload } from './upload.ts'
export type { UploadEvents, UploadState } from './upload-state.ts'
export { createUploader, type Uploader, type UploadOptions } from './uploader.ts'
export type { UploaderOptions } from './uploader-options.ts'
