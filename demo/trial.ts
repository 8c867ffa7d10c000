/**
 * The sections in which people try to break uploads: with lies, and with a bad connection.
 *
 * @module
 */

import { element, make } from './elements.ts'
import type { Destination } from './server.ts'
import type { Label } from './show/label.ts'
import { createLieDesk, type LieDesk, type SentFile } from './show/lie-desk.ts'
import { createLineSwitch } from './show/line-switch.ts'
import type { Result } from './show/result.ts'
import { createAnswers } from './show/s3-answers.ts'
import { createSameBytes, type SameBytes } from './show/same-bytes.ts'
import { createSquares, type RunningFile } from './show/squares.ts'

/** Files of this size are sent in parts. */
const IN_PARTS = 17 * 1024 ** 2

export interface TrialOptions {
  readonly endpoint: string
  readonly destination: Destination
  readonly label: Label
  readonly result: Result
  /** Returns the files that this page is sending. */
  readonly running: () => readonly RunningFile[]
  /** Fires `parts` when S3 may have another part. */
  readonly events: Pick<EventTarget, 'addEventListener'>
  readonly read: (key: string) => Promise<Blob>
  readonly onAnswer: () => void
}

export interface Trial extends SameBytes {
  /** Tells what was sent last. See {@link LieDesk.about}. */
  sent(file: SentFile | undefined): Promise<void>
}

export function createTrial(options: TrialOptions): Trial {
  const { endpoint, destination, label, result, running, events, read, onAnswer } = options
  const { shortLivedEndpoint, hasLine, rules } = destination
  const [rule] = rules
  let desk: Promise<LieDesk> | undefined
  // Pages over plain HTTP, as with `--host`, cannot hash the letter.
  if (rule && isSecureContext) {
    desk = createLieDesk(element('lie-desk', HTMLElement), {
      endpoint,
      shortLivedEndpoint,
      rule: rule.name,
      type: exampleOf(rule.types),
      hasParts: rule.maxSize >= IN_PARTS,
      label,
      result,
      answers: createAnswers(
        element('answer-text', HTMLElement),
        element('copy-answer', HTMLButtonElement),
      ),
      counter: element('lie-count', HTMLElement),
      subject: element('lie-subject', HTMLElement),
      read,
      onAnswer,
    })
  } else if (rule) {
    element('lie-desk', HTMLElement).append(
      make('p', { className: 'intro' }, 'This needs a secure page: open it as localhost or https.'),
    )
  }
  element('reload', HTMLButtonElement).addEventListener('click', () => location.reload())
  // A server that is open to the network (`--host`) cannot simulate a bad connection, and neither
  // can AWS.
  element('line-section', HTMLElement).hidden = !hasLine
  if (hasLine) {
    void createLineSwitch(element('line', HTMLFieldSetElement))
    createSquares(element('squares', HTMLElement), { running, events })
  }
  const sent: Trial['sent'] = async (file) => (await desk)?.about(file)
  return { ...createSameBytes(element('same-bytes', HTMLElement)), sent }
}

/** Returns a content type that the rule accepts, for example `video/mp4` for `video/*`. */
function exampleOf(types: readonly string[]): string {
  const plain =
    types.find((type) => type === 'text/plain') ?? types.find((one) => !one.includes('*'))
  if (plain) return plain
  const examples: Readonly<Record<string, string>> = {
    'video/*': 'video/mp4',
    'audio/*': 'audio/mpeg',
    'image/*': 'image/png',
    'font/*': 'font/woff2',
  }
  return types.map((type) => examples[type]).find((one) => one !== undefined) ?? 'text/plain'
}
