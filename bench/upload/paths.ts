/**
 * What pages, clients in Node and the application's server agree on.
 *
 * @module
 */

/** The paths of the signing endpoints. */
export const PATHS = {
  bare: '/sign/bare',
  betterUpload: '/sign/better-upload',
  uppy: '/sign/uppy',
  waybill: '/sign/waybill',
  bothHosts: '/sign/both-hosts',
  storageOrigins: '/storage-origins',
} as const

/** The answer of `bare`: presigned requests, as many as asked for. */
export interface BareAnswer {
  readonly puts: readonly string[]
  readonly posts: readonly { readonly url: string; readonly fields: Record<string, string> }[]
}
