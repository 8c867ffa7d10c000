/**
 * How the pages of these tests upload.
 *
 * @module
 */

import type { UploaderOptions } from 'waybill/client'

/** One connection, so that a test knows which part is on its way. */
export const MANNERS: UploaderOptions = { endpoint: '/api/uploads', connections: 1 }
