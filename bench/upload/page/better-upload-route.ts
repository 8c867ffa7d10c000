/**
 * Better Upload. The page chooses between single requests and parts; its client does not.
 *
 * @module
 */

import { uploadFiles } from '@better-upload/client'
import { PATHS } from '../paths.ts'
import { showContestant } from './contestant.ts'

/**
 * Larger files are sent in parts. Uppy starts at 100 MiB, Waybill at 16 MiB; the files of the
 * benchmark are far from both.
 */
const SMALL_SIZE = 16 * 1024 ** 2

/** Measures Better Upload in the page. */
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
