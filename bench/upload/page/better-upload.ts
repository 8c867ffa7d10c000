/**
 * Better Upload: with its defaults (single requests for small files, parts of 50 MiB for large
 * ones), and with parts of 5 MiB, the smallest that S3 accepts: the setting with the most
 * connections. The page chooses between single requests and parts; its client does not.
 *
 * @module
 */

import { uploadFiles } from '@better-upload/client'
import { PATHS } from '../paths.ts'
import { showContestants } from './measure.ts'

/**
 * Larger files are sent in parts. Uppy starts at 100 MiB, Waybill at 16 MiB; the files of the
 * benchmark are far from both.
 */
const SMALL_SIZE = 16 * 1024 ** 2

async function upload(files: readonly File[], routeOfLargeFiles: string): Promise<void> {
  const areSmall = files.every(({ size }) => size <= SMALL_SIZE)
  const route = areSmall ? 'small' : routeOfLargeFiles
  const { failedFiles } = await uploadFiles({ api: PATHS.betterUpload, route, files })
  const failure = failedFiles[0]
  if (failure) throw new Error(failure.error?.message ?? 'Better Upload failed')
}

showContestants({
  'better-upload': { upload: (files) => upload(files, 'large') },
  'better-upload-5-mib': { upload: (files) => upload(files, 'large-in-5-mib') },
})
