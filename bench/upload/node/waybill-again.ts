/**
 * Waybill that has sent a file before.
 *
 * @module
 */

import { createUploader, type Uploader } from 'waybill/client'
import { PATHS } from '../paths.ts'
import type { NodeContestant } from './contestant.ts'

let uploader: Uploader | undefined

/** The contestant. */
export const contestant: NodeContestant = {
  prepare: async ({ appUrl }) => {
    uploader = createUploader({ endpoint: `${appUrl}${PATHS.waybill}` })
    await uploader.upload(new Blob(['first'])).done
  },
  upload: async ({ paths }) => {
    await Promise.all(paths.map((path) => uploader?.upload(path).done))
  },
}
