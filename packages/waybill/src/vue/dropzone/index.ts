/**
 * `waybill/vue/dropzone` – a component that renders `<waybill-upload>`: `UploadDropzone`.
 *
 * @module
 */

export { UploadDropzone, type UploadDropzoneProps } from './upload-dropzone.ts'
