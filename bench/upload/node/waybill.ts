/**
 * Waybill with its defaults and paths of files.
 *
 * @module
 */

import { createUploader } from 'waybill/client'
import { PATHS } from '../paths.ts'
import type { NodeContestant } from './contestant.ts'

/** The contestant. */
export const contestant: NodeContestant = {
  upload: async ({ appUrl, paths }) => {
    const uploader = createUploader({ endpoint: `${appUrl}${PATHS.waybill}` })
    await Promise.all(paths.map((path) => uploader.upload(path).done))
  },
}
