/**
 * The result of `authorize`: who is calling.
 *
 * @module
 */

import type { SignerRequest } from './signer-request.ts'

/**
 * Who is calling. `key` and `onComplete` get the value that `authorize` returns, with all its
 * members.
 */
export interface Authorization {
  /**
   * The caller's stable id; not empty. An upload belongs to its owner: only the owner can resume,
   * complete or abort it.
   */
  readonly owner: string
}

/**
 * An authorization whose `owner` may be `undefined`. `authorize` must not return it. The type of a
 * rule accepts it all the same, so that the compiler reports this mistake, not a missing `public`.
 */
export type UnsureAuthorization = object & { readonly owner: string | undefined }

/** What a public rule's `authorize` returns. Uploads under such a rule do not need an owner. */
export type PublicAuthorization = object & { readonly owner?: string | undefined }

/**
 * Identifies the caller or rejects the call. Runs on every call.
 *
 * Return `false` to reject an unknown caller (`UNAUTHENTICATED`, 401). To reject a known caller,
 * throw `new UploadError('FORBIDDEN', …)`. `context` is the value that the application passed to
 * `signer.fetch`.
 */
export type Authorize<A extends PublicAuthorization = Authorization, Context = unknown> = (
  request: SignerRequest,
  context: Context,
) => A | false | Promise<A | false>
