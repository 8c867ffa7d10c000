/**
 * The paths of the signing endpoints.
 *
 * @module
 */

/** The paths by contestant. */
export const PATHS = {
  bare: '/sign/bare',
  betterUpload: '/sign/better-upload',
  uppy: '/sign/uppy',
  waybill: '/sign/waybill',
  bothHosts: '/sign/both-hosts',
  storageOrigins: '/storage-origins',
} as const
