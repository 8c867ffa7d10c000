/**
 * Better Upload with parts of 5 MiB, the smallest that S3 accepts: the setting with the most
 * connections.
 *
 * @module
 */

import { showBetterUpload } from './better-upload-route.ts'

showBetterUpload('large-in-5-mib')
