/**
 * The AWS SDK's `lib-storage` with its defaults and file streams. It needs no signer, because it
 * has the credentials. Alone it sends files one after another; here six run at the same time, as
 * with the others.
 *
 * @module
 */

import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { inLanes } from '../../harness/lanes.ts'
import type { NodeContestants } from './run.ts'

/** The contestant. */
export const CONTESTANTS: NodeContestants = {
  'lib-storage': {
    upload: async ({ access, paths }) => {
      const { endpoint, region, credentials, bucket } = access
      const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
      await inLanes(paths, async (path) => {
        const params = { Bucket: bucket, Key: basename(path), Body: createReadStream(path) }
        await new Upload({ client, params }).done()
      })
    },
  },
}
