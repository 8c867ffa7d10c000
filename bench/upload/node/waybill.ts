/**
 * Waybill with paths of files: with its defaults, after `warm()`, and after it has sent a file.
 *
 * @module
 */

import { createUploader, type Uploader } from 'waybill/client'
import { PATHS } from '../paths.ts'
import type { NodeContestants, NodeTask } from './run.ts'

let uploader: Uploader | undefined

async function upload({ appUrl, paths }: NodeTask): Promise<void> {
  const ours = uploader ?? createUploader({ endpoint: `${appUrl}${PATHS.waybill}` })
  await Promise.all(paths.map((path) => ours.upload(path).done))
}

/** The contestants. */
export const CONTESTANTS: NodeContestants = {
  waybill: { upload },
  'waybill-warm': {
    prepare: async ({ appUrl, access }) => {
      const storageOrigins = [new URL(access.endpoint).origin]
      uploader = createUploader({ endpoint: `${appUrl}${PATHS.waybill}`, storageOrigins })
      await uploader.warm()
    },
    upload,
  },
  'waybill-again': {
    prepare: async ({ appUrl }) => {
      uploader = createUploader({ endpoint: `${appUrl}${PATHS.waybill}` })
      await uploader.upload(new Blob(['first'])).done
    },
    upload,
  },
}
