import { type PartsToSign, type PartWindow, signParts } from './part-urls.ts'
import { createPostSigner, type FormToSign, type PresignedPost } from './presigned-post.ts'
import {
  type PresignedUrl,
  type RequestToSend,
  type SignedRequest,
  signForSending,
  signUrl,
  type UrlToSign,
} from './presigned-url.ts'
import { createSigningContext, type SigningTarget } from './signing-context.ts'

/** Signs requests for one bucket. Its methods work like the functions of the same name. */
export interface Presigner {
  /** Signs a form that lets a browser upload one file; see `presignPost`. */
  presignPost(options: FormToSign): Promise<PresignedPost>
  /** Presigns a request in its query string; see `presignUrl`. */
  presignUrl(options: UrlToSign): Promise<PresignedUrl>
  /** Presigns consecutive parts of a multipart upload; see `presignParts`. */
  presignParts(options: PartsToSign): Promise<PartWindow>
  /** Signs a request in its `Authorization` header; see `signRequest`. */
  signRequest(options: RequestToSend): Promise<SignedRequest>
}

/**
 * Creates a presigner for one bucket.
 *
 * It caches the signing keys, the bucket's address and the start of the policy, so that a signature
 * costs little more than its HMAC. Without it, `presignPost`, `presignUrl`, `presignParts` and
 * `signRequest` return the same results, but compute everything on each call.
 *
 * @throws {TypeError} If the bucket, region or endpoint is invalid.
 * @example
 * ```ts
 * const presigner = createPresigner({ bucket: 'my-uploads', region: 'eu-west-1' })
 * const { url, fields } = await presigner.presignPost({ credentials, key: 'photos/1.jpg' })
 * ```
 */
export function createPresigner(place: SigningTarget): Presigner {
  const context = createSigningContext(place)
  return {
    presignPost: createPostSigner(context),
    presignUrl: (options) => signUrl(context, options),
    presignParts: (options) => signParts(context, options),
    signRequest: (options) => signForSending(context, options),
  }
}
