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
 * What `authorize` must not return. The types accept such rules so that the compiler reports the
 * real mistake instead of a missing `public`.
 */
export type UnsureAuthorization = object & { readonly owner: string | undefined }

/** What `authorize` of a public rule returns: its uploads need no owner. */
export type PublicAuthorization = object & { readonly owner?: string | undefined }

/**
 * Identifies the caller or refuses the call. Runs on every call.
 *
 * Return `false` to refuse an unknown caller (`UNAUTHENTICATED`, 401). To refuse a known caller,
 * throw `new UploadError('FORBIDDEN', …)`. `context` is the value the application passed to
 * `signer.fetch`.
 */
export type Authorize<A extends PublicAuthorization = Authorization, Context = unknown> = (
  request: SignerRequest,
  context: Context,
) => A | false | Promise<A | false>
