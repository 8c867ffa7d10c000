/**
 * `waybill/react/dropzone` – a component that renders `<waybill-upload>`: `UploadDropzone`.
 *
 * @module
 */
'use client'

export { UploadDropzone, type UploadDropzoneProps } from './upload-dropzone.ts'
