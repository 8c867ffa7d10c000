/**
 * Waybill: with its defaults, after it has sent a file, and where the page allows both host names of
 * the bucket: twelve connections if that pays.
 *
 * @module
 */

import { createUploader } from 'waybill/client'
import { PATHS } from '../paths.ts'
import { showContestants } from './measure.ts'

let uploader = createUploader({ endpoint: PATHS.waybill })

async function upload(files: readonly File[]): Promise<void> {
  await Promise.all(files.map((file) => uploader.upload(file).done))
}

showContestants({
  waybill: { upload },
  'waybill-again': {
    prepare: async () => {
      await uploader.upload(new Blob(['first'])).done
    },
    upload,
  },
  'waybill-twelve': {
    prepare: async () => {
      const answer = await fetch(PATHS.storageOrigins, { method: 'POST', body: '{}' })
      uploader = createUploader({ endpoint: PATHS.bothHosts, storageOrigins: await answer.json() })
    },
    upload,
  },
})
