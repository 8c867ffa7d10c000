/**
 * Checks a file against a rule's hints, as the signer will.
 *
 * @module
 */

import { checkFileSize, checkFileType } from '../../protocol/file-limits.ts'
import type { RuleHints } from '../../protocol/rule-hints.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { warn } from '../send/load-failure-handling.ts'

/** @param type - In lower case, without parameters. */
export function checkFile(hints: RuleHints, type: string, size: number): void {
  try {
    checkFileType(hints.types, type)
    checkFileSize({ min: hints.minSize, max: hints.maxSize }, size)
  } catch (error) {
    if (error instanceof UploadError) warn(error)
    throw error
  }
}

export function hintsOf(
  rules: Readonly<Record<string, RuleHints>>,
  rule: string | undefined,
): RuleHints {
  const [first, ...others] = Object.values(rules)
  const only = others.length === 0 ? first : undefined
  const hints = rule === undefined ? only : rules[rule]
  if (hints) return hints
  throw new UploadError(
    'RULE_UNKNOWN',
    `rule is ${rule ?? 'missing'}, expected one of ${Object.keys(rules).join(', ')}`,
  )
}
