/**
 * Counts what is read of uploads: work that grows with the square of their number is seen on any
 * machine.
 *
 * @module
 */

import { text } from '@waybill/test-support/list-watch'
import type { AnyUploader } from '../../../src/client/list/upload-list.ts'
import { scriptedUploader } from './scripted-list.ts'

const COUNT = 1000

/** An uploader, files for it, and how often the state or the progress of an upload was read. */
export function countedUploader(given: Partial<AnyUploader> = {}) {
  let reads = 0
  const { uploader, ...scripted } = scriptedUploader(given)
  const counted: AnyUploader = {
    ...uploader,
    upload: (file, options) => {
      const upload = uploader.upload(file, options)
      const { state, progress } = upload
      const read = <T>(value: T) => {
        reads += 1
        return value
      }
      return Object.defineProperties(upload, {
        state: { get: () => read(state) },
        progress: {
          value: {
            ...progress,
            get sent() {
              return read(0)
            },
          },
        },
      })
    },
  }
  const files = Array.from({ length: COUNT }, (_, index) => text(`${index}`))
  return { uploader: counted, files, ...scripted, readsPerFile: () => reads / COUNT }
}
