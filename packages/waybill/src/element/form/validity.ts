/**
 * Whether a form may be sent with the files as they are.
 *
 * @module
 */

import type { UploadItem } from '../../client/list/snapshot.ts'
import { isRefused } from '../upload-events.ts'
import type { Speech } from '../words/speech.ts'

/** Why a form may not be sent; empty if it may. */
export interface Validity {
  readonly flags: ValidityStateFlags
  readonly message: string
}

/**
 * Judges the files that are not removed.
 *
 * A file that the rule refuses does not count: its row says so, and sending it again would not
 * help. A file whose upload failed does count: a form must not be sent without a file that its user
 * believes to be in it.
 */
export function validityOf(
  items: readonly UploadItem[],
  receipts: readonly string[],
  { required, speech }: { readonly required: boolean; readonly speech: Speech },
): Validity {
  let [sending, broken] = [0, 0]
  for (const item of items) {
    if (!ENDED.has(item.state)) sending += 1
    else if (item.state === 'failed' && !isRefused(item)) broken += 1
  }
  if (sending > 0)
    return { flags: { customError: true }, message: speech.say('sending', { n: sending }) }
  if (broken > 0)
    return { flags: { customError: true }, message: speech.say('broken', { n: broken }) }
  if (required && receipts.length === 0) {
    return { flags: { valueMissing: true }, message: speech.say('missing') }
  }
  return { flags: {}, message: '' }
}

const ENDED: ReadonlySet<UploadItem['state']> = new Set(['done', 'failed', 'aborted'])
