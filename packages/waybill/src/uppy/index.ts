/**
 * `waybill/uppy` – an uploader plugin for Uppy: Uppy's interface with Waybill's upload engine.
 *
 * @module
 */

export { WaybillUploader, type WaybillUploaderOptions } from './waybill-uploader.ts'
