/**
 * Waybill whose connections were opened before.
 *
 * @module
 */

import { createUploader } from 'waybill/client'
import { PATHS } from '../paths.ts'
import { presigned } from './bare.ts'
import { showContestant } from './contestant.ts'

/** The connections are asked for, not waited for: a person takes longer to choose a file. */
const CHOOSING_MS = 1000

let uploader = createUploader({ endpoint: PATHS.waybill })

showContestant({
  prepare: async () => {
    const { puts } = await presigned(1)
    const storageOrigins = puts.map((url) => new URL(url).origin)
    uploader = createUploader({ endpoint: PATHS.waybill, storageOrigins })
    await uploader.warm()
    await new Promise((resolve) => setTimeout(resolve, CHOOSING_MS))
  },
  upload: async (files) => {
    await Promise.all(files.map((file) => uploader.upload(file).done))
  },
})
