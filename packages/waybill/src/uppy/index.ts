/**
 * `waybill/uppy` – an Uppy plugin that uploads files with Waybill's upload engine.
 *
 * @module
 */

export { WaybillUploader, type WaybillUploaderOptions } from './waybill-uploader.ts'
