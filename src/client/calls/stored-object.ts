/**
 * The calls about a stored object: a link to it, and its removal. A chunk of its own, because most
 * pages never make them.
 *
 * @module
 */

import type { Disposition, RemoveResponse } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { Engine } from '../engine.ts'
import { isInteger, isObject } from './signer-responses.ts'

/** Options of `uploader.remove`. */
export interface RemoveOptions {
  /** Ends the call, and its retries. */
  readonly signal?: AbortSignal
}

/** Options of `uploader.link`. */
export interface LinkOptions extends RemoveOptions {
  /**
   * `inline` shows images, audio, video, plain text and PDF; anything else is saved.
   * @default 'attachment'
   */
  readonly disposition?: Disposition
}

/** A link to a stored object: each client that has it can read the object until it expires. */
export interface Link {
  readonly url: string
  readonly expiration: Date
}

/** Asks for a link; see `Uploader.link`. */
export async function link(
  { calls }: Engine,
  receipt: string,
  { disposition, signal = never() }: LinkOptions = {},
): Promise<Link> {
  const answer = await calls.ask('/link', { receipt, disposition }, { signal })
  if (isObject(answer) && typeof answer.url === 'string') {
    const expiration = new Date(String(answer.expiration))
    if (isWebUrl(answer.url) && !Number.isNaN(expiration.getTime())) {
      return { url: answer.url, expiration }
    }
  }
  throw invalid('link')
}

/** A page puts it into `href`, where `javascript:` would run. */
function isWebUrl(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url)
}

/** Asks to remove an object; see `Uploader.remove`. */
export async function remove(
  { calls }: Engine,
  receipt: string,
  { signal = never() }: RemoveOptions = {},
): Promise<RemoveResponse> {
  const answer = await calls.ask('/remove', { receipt }, { signal })
  if (isObject(answer) && isInteger(answer.removed)) return { removed: answer.removed }
  throw invalid('removal')
}

function never(): AbortSignal {
  return new AbortController().signal
}

function invalid(what: string): UploadError {
  return new UploadError('RESPONSE_INVALID', `the signer answered a ${what} of another protocol`)
}
