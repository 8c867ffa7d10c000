/**
 * The upload rule of `waybill dev` where the user gives none with `--rules`.
 *
 * @module
 */

import { uploadRule } from '../../protocol/index.ts'

/** One rule, so that no client has to name it. */
export const DEV_RULES = {
  files: uploadRule({
    types: [
      // The first: what a form is signed for when nothing is known of the file.
      'video/mp4',
      'video/*',
      'audio/*',
      'image/*',
      'text/plain',
      'text/csv',
      'application/pdf',
      'application/zip',
    ],
    // What people try is large, and S3 has room.
    maxSize: '50 GiB',
    form: '100 MiB',
    // The server listens to this machine alone, and to no foreign pages.
    public: true,
    expiresInSeconds: 300,
  }),
}
