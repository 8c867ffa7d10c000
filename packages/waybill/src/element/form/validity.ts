import type { UploadItem } from '../../client/list/snapshot.ts'
import { isNotAccepted } from '../upload-events.ts'
import type { Speech } from '../words/speech.ts'

export interface Validity {
  readonly flags: ValidityStateFlags
  readonly message: string
}

/**
 * A file that the rule refused does not make the form invalid: its row shows why it was refused,
 * and a retry would not help. A failed upload does make it invalid, because the form must not be
 * submitted without a file that the user believes is part of it.
 *
 * @param items - Without removed files.
 */
export function validityOf(
  items: readonly UploadItem[],
  receipts: readonly string[],
  { required, speech }: { readonly required: boolean; readonly speech: Speech },
): Validity {
  let [sending, broken] = [0, 0]
  for (const item of items) {
    if (!ENDED.has(item.state)) sending += 1
    else if (item.state === 'failed' && !isNotAccepted(item)) broken += 1
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
