/**
 * Checks a file by what the signer has said of its rule, as the signer will. Loaded with the first
 * list.
 *
 * @module
 */

import { checkFileSize, checkFileType } from '../../protocol/file-limits.ts'
import type { RuleHints } from '../../protocol/rule-hints.ts'

/**
 * @param type - In lower case, without parameters.
 * @throws {UploadError} `FILE_TYPE_NOT_ALLOWED`, `FILE_TOO_LARGE` or `FILE_TOO_SMALL`
 */
export function checkFile(hints: RuleHints, type: string, size: number): void {
  checkFileType(hints.types, type)
  checkFileSize({ min: hints.minSize, max: hints.maxSize }, size)
}
