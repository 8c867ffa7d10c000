/**
 * Where the application's server answers whom.
 *
 * @module
 */

export const PATHS = {
  bare: '/sign/bare',
  betterUpload: '/sign/better-upload',
  uppy: '/sign/uppy',
  waybill: '/sign/waybill',
} as const
