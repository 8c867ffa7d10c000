/**
 * `waybill/uppy` – an uploader plugin for Uppy: its interface, this upload engine.
 *
 * @module
 */

export { WaybillUploader, type WaybillUploaderOptions } from './waybill-uploader.ts'
