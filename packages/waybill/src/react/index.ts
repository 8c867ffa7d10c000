/**
 * `waybill/react` – hooks for uploads: `uploadHooks`.
 *
 * @module
 */

export type { UseUploadsOptions } from '../client/list/component-list.ts'
export type {
  DropProps,
  FileInputProps,
  Interrupted,
  InterruptedFile,
  Uploads,
} from './use-uploads.ts'
export { type UploadHooks, uploadHooks } from './use-uploads.ts'
