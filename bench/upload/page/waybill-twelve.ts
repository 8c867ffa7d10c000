/**
 * Waybill where the page allows both host names of the bucket: twelve connections if that pays.
 *
 * @module
 */

import { createUploader, type Uploader } from 'waybill/client'
import { PATHS } from '../paths.ts'
import { showContestant } from './contestant.ts'

let uploader: Uploader | undefined

showContestant({
  prepare: async () => {
    const answer = await fetch(PATHS.storageOrigins, { method: 'POST', body: '{}' })
    uploader = createUploader({ endpoint: PATHS.bothHosts, storageOrigins: await answer.json() })
  },
  upload: async (files) => {
    await Promise.all(files.map((file) => uploader?.upload(file).done))
  },
})
