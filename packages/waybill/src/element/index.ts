/**
 * `waybill/element` – registers `<waybill-upload>` when imported.
 *
 * @module
 */

import './define.ts'

export type {
  WaybillItemDetail,
  WaybillUploadEventName,
  WaybillUploadEvents,
} from './events.ts'
export type {
  Capture,
  WaybillUploadAttributes,
  WaybillUploadElement,
} from './public-interface.ts'
export type { UploadWords, WordKey } from './words/english.ts'
export type { Phrase } from './words/first-words.ts'
