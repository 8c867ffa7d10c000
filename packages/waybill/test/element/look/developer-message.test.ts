import { nothing } from 'lit'
import { describe, expect, it } from 'vitest'
import { UploadError, type UploadErrorCode } from 'waybill'
import type { UploadItem } from 'waybill/client'
import { englishSpeech } from 'waybill/words'
import { renderMessage } from '../../../src/element/view/list/developer-message.ts'
import { renderReference } from '../../../src/element/view/list/reference.ts'
import type { ViewModel } from '../../../src/element/view/view-model.ts'

const since = new Date(0)

/** Whether the row of an upload that waits shows something, after so many seconds. */
function isShown(
  render: typeof renderMessage,
  code: UploadErrorCode,
  seconds: number,
  isLocal = true,
): boolean {
  const waiting = { reason: 'signer', since, error: new UploadError(code, 'why') }
  const model = { isLocal, now: new Date(seconds * 1000), texts: englishSpeech() }
  // All that it uses of them.
  return render({ waiting } as UploadItem, model as ViewModel) !== nothing
}

describe('the message for developers', () => {
  it.each([
    ['NOT_FOUND', 0, true],
    ['SIGNER_UNAVAILABLE', 9, false],
    ['SIGNER_UNAVAILABLE', 10, true],
  ] as const)('for %s, after %i seconds of waiting: %s', (code, seconds, expected) => {
    expect(isShown(renderMessage, code, seconds)).toBe(expected)
    expect(isShown(renderMessage, code, seconds, false)).toBe(false)
  })
})

describe('the reference', () => {
  it.each([
    ['NOT_FOUND', 9, false],
    ['NOT_FOUND', 10, true],
    ['SIGNER_UNAVAILABLE', 10, true],
  ] as const)('for %s, after %i seconds of waiting: %s', (code, seconds, expected) => {
    expect(isShown(renderReference, code, seconds)).toBe(expected)
  })
})
