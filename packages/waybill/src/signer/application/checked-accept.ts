/**
 * Calls a rule's `accept` and checks what it returns. Only `true` accepts the file.
 *
 * @module
 */

import { type AskApplication, InvalidReturn } from '../../events/ask-application.ts'
import type { PublicAuthorization } from '../../protocol/authorization.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { AcceptArguments, UploadRule } from '../../protocol/upload-rule.ts'
import type { RuleCall } from './checked-authorize.ts'

export type AcceptFile = (
  question: AcceptArguments<PublicAuthorization>,
  call: RuleCall,
) => Promise<void>

/** Maximum length of the application's message to the client, in characters. */
const MAX_WORDS = 300

/**
 * @param at - The rule's name in error messages, such as `rules.video`.
 * @throws {TypeError} If `accept` is not a function.
 */
export function checkedAccept(
  at: string,
  rule: UploadRule,
  { ask }: { readonly ask: AskApplication },
): AcceptFile {
  if (rule.accept === undefined) return async () => {}
  if (typeof rule.accept !== 'function') {
    throw new TypeError(`${at}.accept is ${typeof rule.accept}, expected a function`)
  }
  return async (question, { onError }) => {
    const answer: unknown = await ask(`${at}.accept`, () => rule.accept?.(question))
    if (answer === true) return
    if (answer !== false && typeof answer !== 'string') {
      onError(
        new InvalidReturn(`${at}.accept returned ${typeof answer}, expected true, false or text`),
      )
    }
    const words = typeof answer === 'string' ? oneLine(answer) : ''
    throw new UploadError('FILE_REFUSED', words || 'the file was refused')
  }
}

function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * MAX_WORDS)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
    .replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ')
    .trim()
  const characters = [...line]
  return characters.length > MAX_WORDS ? `${characters.slice(0, MAX_WORDS - 1).join('')}…` : line
}
