/**
 * The token that identifies the page's user to the signer. `send/fetch-token.ts` gets a new one.
 *
 * @module
 */

import type { Effects } from '../effects.ts'
import { loadFailureHandling } from '../send/load-failure-handling.ts'
import { isToken } from '../send/read-answer.ts'

export interface TokenOptions {
  /**
   * A token that your server signed for this user. It is sent to the signer as `Authorization:
   * Bearer …`, but not to S3. If you pass a function, its token is kept until the signer rejects it.
   * Then the function is called again.
   * @default none
   */
  readonly token?: string | (() => string | Promise<string>) | undefined
  /**
   * Where your server returns such a token, as text or as JSON `{ "token": "…" }`. It is requested
   * with the page's cookies, and kept as above. In a browser, it is sent only to an `endpoint` on the
   * page's origin or on that of the token's `aud`. Set either this or `token`.
   * @default none
   */
  readonly tokenUrl?: string | undefined
}

export interface HeldToken {
  /** Whether a rejected token can be replaced. */
  readonly isRenewable: boolean
  /** @returns `undefined` if no token is to be sent. Concurrent calls share one request for it. */
  get(): Promise<string> | undefined
  /** Makes the next call fetch another token, unless an earlier call has already done so. */
  drop(used: Promise<string> | undefined): void
}

/** @param options - Read again on each call, because the element's page can set them later. */
export function holdToken(
  options: TokenOptions,
  { endpoint, fetch }: { readonly endpoint: string; readonly fetch: typeof globalThis.fetch },
  effects: Pick<Effects, 'wait' | 'online'>,
): HeldToken {
  let source: TokenOptions['token']
  let held: Promise<string> | undefined
  const drop = (used: Promise<string> | undefined) => {
    if (used === held) held = undefined
  }
  const renew = async (from: NonNullable<typeof source>, isUrl: boolean) => {
    if (typeof from === 'string' && !isUrl) return from
    const { callForToken, fetchToken } = await loadFailureHandling(effects)
    return typeof from === 'string'
      ? fetchToken(from, endpoint, fetch, effects.wait)
      : callForToken(from, effects.wait)
  }
  return {
    isRenewable: typeof options.token === 'function' || options.tokenUrl !== undefined,
    get: () => {
      const { token, tokenUrl } = options
      const now = token ?? tokenUrl
      if (now !== source) held = undefined
      source = now
      if (now !== undefined && !held) {
        const renewed = renew(now, token === undefined)
        held = renewed
        renewed.catch(() => drop(renewed))
      }
      return held
    },
    drop,
  }
}

/** @throws {TypeError} */
export function checkToken({ token, tokenUrl }: TokenOptions): void {
  if (token !== undefined && tokenUrl !== undefined) {
    throw new TypeError('token and tokenUrl are both set, expected one of them')
  }
  if (token !== undefined && typeof token !== 'function' && !isToken(token)) {
    throw new TypeError('token is neither a token, such as a JWT, nor a function')
  }
  if (tokenUrl !== undefined && (typeof tokenUrl !== 'string' || tokenUrl === '')) {
    throw new TypeError(`tokenUrl is ${JSON.stringify(tokenUrl)}, expected a URL`)
  }
}
