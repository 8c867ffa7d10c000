/**
 * `waybill/client`: the upload engine for browsers and Node. Start with `createUploader`.
 *
 * @module
 */

export { createUploader } from './create-uploader.ts'
export type { Effects, Online } from './effects.ts'
export type { UploadSource } from './file/file-source.ts'
export { createUploadList } from './list/create-upload-list.ts'
export { filesOf } from './list/dropped-files.ts'
export { toStore, type UploadStore } from './list/svelte-store.ts'
export type {
  AddOptions,
  FileMetadata,
  InterruptedItem,
  UploadItem,
  UploadList,
  UploadListOptions,
  UploadListSnapshot,
  UploadTotal,
} from './list/upload-list.ts'
export type { ResumeRecord, ResumeStore } from './resume/resume-record.ts'
export { fileResumeStore } from './resume/resume-stores.ts'
export type { Waiting } from './send/waiting.ts'
export { contentSha256Headers } from './signer-calls/content-sha256.ts'
export type { SignerCall, SignerHeaders } from './signer-calls/signer-calls.ts'
export type {
  Link,
  LinkOptions,
  RemoveOptions,
  VerdictOptions,
} from './signer-calls/stored-object.ts'
export type { InterruptedUpload, ResumeOptions } from './upload/interrupted.ts'
export type { Progress } from './upload/progress.ts'
export type { Upload, UploadOptions } from './upload/upload.ts'
export type { UploadEvents, UploadItemState, UploadState } from './upload/upload-state.ts'
export type { Uploader } from './uploader.ts'
export type { UploaderOptions } from './uploader-options.ts'
