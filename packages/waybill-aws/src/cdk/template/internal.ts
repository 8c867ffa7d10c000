/**
 * Everything `waybill template` needs to write a template.
 *
 * @module
 */

export { checkScannable } from '../arrival-function/scannable.ts'
export { type MadeTemplate, makeTemplate } from './make-template.ts'
export type { Front, TemplateFeatures } from './template-features.ts'
