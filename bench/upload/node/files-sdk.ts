/**
 * files-sdk with its adapter for S3, which sends by the AWS SDK. It needs no signer, because it has
 * the credentials. Alone it sends files one after another; here six run at the same time.
 *
 * @module
 */

import { openAsBlob } from 'node:fs'
import { basename } from 'node:path'
import { Files } from 'files-sdk'
import { s3 } from 'files-sdk/s3'
import { inLanes } from '../../harness/lanes.ts'
import type { NodeContestants } from './run.ts'

/** The contestant. */
export const CONTESTANTS: NodeContestants = {
  'files-sdk': {
    upload: async ({ access, paths }) => {
      const { endpoint, region, credentials, bucket } = access
      const adapter = s3({ bucket, endpoint, region, credentials, forcePathStyle: true })
      const files = new Files({ adapter })
      await inLanes(paths, async (path) => {
        await files.upload(basename(path), await openAsBlob(path))
      })
    },
  },
}
