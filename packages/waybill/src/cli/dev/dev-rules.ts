/**
 * The upload rule of `waybill dev` without `--rules`.
 *
 * @module
 */

import { uploadRule } from '../../protocol/upload-rule.ts'

/** Only one rule, so that clients need not name it. */
export const DEV_RULES = {
  files: uploadRule({
    types: [
      // The first type is used when a form is signed before the file is known.
      'video/mp4',
      'video/*',
      'audio/*',
      'image/*',
      'text/plain',
      'text/csv',
      'application/pdf',
      'application/zip',
    ],
    // Large, because large files are what users try.
    maxSize: '50 GiB',
    form: '100 MiB',
    // The server accepts requests only from this machine, and none from foreign pages.
    public: true,
    // Uploads here have no owner, so the receipt must be enough.
    read: 'receipt',
    remove: 'receipt',
    expiresInSeconds: 300,
  }),
}
