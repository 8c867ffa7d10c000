/**
 * Waybill with its defaults.
 *
 * @module
 */

import { createUploader } from 'waybill/client'
import { PATHS } from '../paths.ts'
import { showContestant } from './contestant.ts'

const uploader = createUploader({ endpoint: PATHS.waybill })

showContestant({
  upload: async (files) => {
    await Promise.all(files.map((file) => uploader.upload(file).done))
  },
})
