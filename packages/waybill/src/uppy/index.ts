/**
 * `waybill/uppy` – an uploader for Uppy: its Dashboard, and this engine.
 *
 * @module
 */

export { WaybillUploader, type WaybillUploaderOptions } from './waybill-uploader.ts'
