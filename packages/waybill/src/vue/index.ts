/**
 * `waybill/vue` – composables for uploads: `uploadComposables`.
 *
 * @module
 */

export type { UseUploadsOptions } from '../client/list/component-list.ts'
export type { DropProps, FileInputProps } from './element-props.ts'
export { type UploadComposables, uploadComposables } from './upload-composables.ts'
export type { Interrupted, InterruptedFile, Uploads } from './use-uploads.ts'
