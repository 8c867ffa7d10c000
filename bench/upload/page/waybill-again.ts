/**
 * Waybill that has sent a file before.
 *
 * @module
 */

import { createUploader } from 'waybill/client'
import { PATHS } from '../paths.ts'
import { showContestant } from './contestant.ts'

const uploader = createUploader({ endpoint: PATHS.waybill })

showContestant({
  prepare: async () => {
    await uploader.upload(new Blob(['first'])).done
  },
  upload: async (files) => {
    await Promise.all(files.map((file) => uploader.upload(file).done))
  },
})
