/**
 * `waybill/vue` – composables over the upload engine: `uploadComposables`.
 *
 * @module
 */

export type { UseUploadsOptions } from '../client/list/held-list.ts'
export type { DropProps, FileInputProps } from './element-props.ts'
export { type UploadComposables, uploadComposables } from './upload-composables.ts'
export type { Interrupted, InterruptedFile, Uploads } from './use-uploads.ts'
