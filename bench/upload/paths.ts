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
} as const
