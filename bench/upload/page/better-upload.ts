/**
 * Better Upload with its defaults: single requests for small files, parts of 50 MiB for large ones.
 *
 * @module
 */

import { showBetterUpload } from './better-upload-route.ts'

showBetterUpload('large')
