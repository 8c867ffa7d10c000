/**
 * The sections in which people try to break uploads: with lies, and with a bad connection.
 *
 * @module
 */

import { element, make } from './elements.ts'
import type { Destination } from './server.ts'
import { createLieDesk, type LieDesk, type LieDeskOptions } from './show/lie-desk.ts'
import { createLineSwitch } from './show/line-switch.ts'
import { createAnswers } from './show/s3-answers.ts'
import { createSquares, type SquaresOptions } from './show/squares.ts'

/** Files of this size are sent in parts. */
const IN_PARTS = 17 * 1024 ** 2

type DeskOptions = Pick<
  LieDeskOptions,
  'endpoint' | 'label' | 'result' | 'read' | 'turnTo' | 'onAnswer'
>

export interface TrialOptions extends DeskOptions, Pick<SquaresOptions, 'sending' | 'events'> {
  readonly destination: Destination
}

/** @returns The desk. Pages over plain HTTP, as with `--host`, have none: they cannot hash a file. */
export function createTrial(options: TrialOptions): LieDesk | undefined {
  const { shortLivedEndpoint, hasLine, rules } = options.destination
  element('reload', HTMLButtonElement).addEventListener('click', () => location.reload())
  // A server that is open to the network (`--host`) cannot simulate a bad connection, and neither
  // can AWS.
  element('line-section', HTMLElement).hidden = !hasLine
  if (hasLine) {
    void createLineSwitch(element('line', HTMLFieldSetElement))
    createSquares(element('squares', HTMLElement), options)
  }
  const root = element('lie-desk', HTMLElement)
  const [rule] = rules
  if (!rule) return undefined
  if (!isSecureContext) {
    const text = 'This needs a secure page: open it as localhost or https.'
    root.append(make('p', { className: 'intro' }, text))
    return undefined
  }
  const hasFilms = rule.types.some((type) => type === 'video/*' || type === 'video/mp4')
  return createLieDesk(root, {
    ...options,
    shortLivedEndpoint,
    rule: rule.name,
    type: exampleOf(rule.types),
    hasFilms: hasFilms && rule.maxSize >= IN_PARTS,
    answers: createAnswers(
      element('answer-text', HTMLElement),
      element('copy-answer', HTMLButtonElement),
    ),
    counter: element('lie-count', HTMLElement),
    subject: element('lie-subject', HTMLElement),
  })
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
