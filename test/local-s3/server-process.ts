/**
 * A local S3 in a process of its own, for tests that kill it.
 *
 * @module
 */

import { startLocalS3 } from 'waybill/local-s3'

const [dir] = process.argv.slice(2)
if (dir === undefined) throw new TypeError('expected a directory as the first argument')
const { port } = await startLocalS3({ dir, buckets: ['uploads'] })
process.send?.({ port })
