/**
 * `waybill/vue` – composables for uploads: `uploadComposables`.
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
export { type UploadComposables, uploadComposables } from './use-uploads.ts'
