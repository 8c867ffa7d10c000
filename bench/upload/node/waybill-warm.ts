/**
 * Waybill whose connections were opened before.
 *
 * @module
 */

import { createUploader, type Uploader } from 'waybill/client'
import { PATHS } from '../paths.ts'
import type { NodeContestant } from './contestant.ts'

let uploader: Uploader | undefined

/** The contestant. */
export const contestant: NodeContestant = {
  prepare: async ({ appUrl, access }) => {
    const storageOrigins = [new URL(access.endpoint).origin]
    uploader = createUploader({ endpoint: `${appUrl}${PATHS.waybill}`, storageOrigins })
    await uploader.warm()
  },
  upload: async ({ paths }) => {
    await Promise.all(paths.map((path) => uploader?.upload(path).done))
  },
}
