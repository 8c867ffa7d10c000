/**
 * Cases of the `aws-chunked` encoding.
 *
 * @module
 */

import { type Case, type Status, stored, storedNothing } from '../case.ts'
import { PAGES } from '../pages.ts'
import { type ChunkedOptions, chunked } from './aws-chunked-request.ts'

export const streamed = (
  title: string,
  options: ChunkedOptions,
  more: Partial<Case> = {},
): Case => ({
  title,
  see: options.trailer ? PAGES.trailers : PAGES.streaming,
  request: chunked(options),
  effect: stored(options.chunks.join('')),
  ...more,
})

export const broken = (title: string, options: ChunkedOptions, status: Status): Case =>
  streamed(title, options, { status, effect: storedNothing })
