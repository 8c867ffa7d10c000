import { nothing } from 'lit'
import { describe, expect, it } from 'vitest'
import { UploadError, type UploadErrorCode } from 'waybill'
import type { UploadItem } from 'waybill/client'
import { englishTexts } from 'waybill/words'
import { renderMessage, renderReference } from '../../../src/element/view/list/row-parts.ts'
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
  const model = { isLocal, now: new Date(seconds * 1000), texts: englishTexts() }
  // All that it uses of them.
  return render({ waiting } as UploadItem, model as ViewModel) !== nothing
}

describe('the row of a waiting upload', () => {
  it.each([
    ['message for developers', 'NOT_FOUND', 0, true],
    ['message for developers', 'SIGNER_UNAVAILABLE', 9, false],
    ['message for developers', 'SIGNER_UNAVAILABLE', 10, true],
    ['reference', 'NOT_FOUND', 9, false],
    ['reference', 'NOT_FOUND', 10, true],
    ['reference', 'SIGNER_UNAVAILABLE', 10, true],
  ] as const)('has a %s for %s after %i seconds: %s', (part, code, seconds, expected) => {
    const isMessage = part === 'message for developers'
    expect(isShown(isMessage ? renderMessage : renderReference, code, seconds)).toBe(expected)
    if (isMessage) expect(isShown(renderMessage, code, seconds, false)).toBe(false)
  })
})
