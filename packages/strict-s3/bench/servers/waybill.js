/** Our local S3 on a directory, with all checks. */

import { startStrictS3 } from 'strict-s3'

const [dir = '', bucket = ''] = process.argv.slice(2)
const { endpoint, region, credentials } = await startStrictS3({ dir, buckets: [bucket] })
process.send?.({ endpoint, region, credentials })
