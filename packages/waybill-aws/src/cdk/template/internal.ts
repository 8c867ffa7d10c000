/**
 * Everything `waybill template` needs to write a template.
 *
 * @module
 */

export { checkScannable } from '../arrival-function/malware-scan.ts'
export { type MadeTemplate, makeTemplate } from './make-template.ts'
export type { Front, TemplateFeatures } from './template-features.ts'
