/**
 * Better Upload: its client does not choose between single requests and parts, its page does.
 *
 * @module
 */

import { uploadFiles } from '@better-upload/client'
import { PATHS } from '../paths.ts'
import { showContestant } from './contestant.ts'

/** Where Uppy and Waybill begin to send in parts is above a hundred and 16 MiB; any file here is far from both. */
const SMALL_SIZE = 16 * 1024 ** 2

export function showBetterUpload(routeOfLargeFiles: string): void {
  showContestant({
    upload: async (files) => {
      const areSmall = files.every(({ size }) => size <= SMALL_SIZE)
      const route = areSmall ? 'small' : routeOfLargeFiles
      const { failedFiles } = await uploadFiles({ api: PATHS.betterUpload, route, files })
      const failure = failedFiles[0]
      if (failure) throw new Error(failure.error?.message ?? 'Better Upload failed')
    },
  })
}
