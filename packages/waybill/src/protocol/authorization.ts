import type { SignerRequest } from './signer-request.ts'

/**
 * Identifies the caller. `key` and `onComplete` get the object that `authorize` returns, with all
 * its properties.
 */
export interface Authorization {
  /** The caller's stable id; not empty. Only an upload's owner can resume, complete or abort it. */
  readonly owner: string
}

/**
 * An authorization whose `owner` may be `undefined`. `authorize` must not return it, but the rule's
 * type accepts it, so that the compiler reports this mistake rather than a missing `public`.
 */
export type UnsureAuthorization = object & { readonly owner: string | undefined }

/** What a public rule's `authorize` returns. Uploads under such a rule need no owner. */
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
