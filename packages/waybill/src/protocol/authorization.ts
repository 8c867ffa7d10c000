/**
 * What `authorize` returns: who is calling.
 *
 * @module
 */

import type { SignerRequest } from './signer-request.ts'

/**
 * Who is calling. What `authorize` returns is given to `key` and `onComplete`, with all its
 * members.
 */
export interface Authorization {
  /**
   * The caller's stable id, not empty. An upload belongs to its owner: only the owner continues,
   * completes or aborts it.
   */
  readonly owner: string
}

/**
 * What `authorize` must not return. Rules are let through with it, so that the compiler says what
 * is wrong, and not that `public` is missing.
 */
export type UnsureAuthorization = object & { readonly owner: string | undefined }

/** What `authorize` of a public rule returns: its uploads may have no owner. */
export type PublicAuthorization = object & { readonly owner?: string | undefined }

/**
 * Says who is calling, or refuses. Runs on every call.
 *
 * `false` refuses an unknown caller (`UNAUTHENTICATED`, 401). To refuse a known caller, throw
 * `new UploadError('FORBIDDEN', …)`. `context` is what the application gave to `signer.fetch`.
 */
export type Authorize<A extends PublicAuthorization = Authorization, Context = unknown> = (
  request: SignerRequest,
  context: Context,
) => A | false | Promise<A | false>
