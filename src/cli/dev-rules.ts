/**
 * The upload rules of `waybill dev` where the user gives none with `--rules`.
 *
 * @module
 */

import { uploadRule } from '../protocol/index.ts'

export const DEV_RULES = {
  /** The simplest client: a form for one mp4, signed before anything is known of it. */
  video: uploadRule({
    types: ['video/mp4', 'video/*'],
    maxSize: '100 MiB',
    expiresInSeconds: 300,
    form: true,
  }),
  /** The demo page: what people try first, at any size that a laptop has room for. */
  files: uploadRule({
    types: [
      'video/*',
      'audio/*',
      'image/*',
      'application/pdf',
      'application/zip',
      'text/plain',
      'text/csv',
    ],
    maxSize: '50 GiB',
  }),
}
