/**
 * A list whose uploads do what a test says. No time passes but what the test lets pass.
 *
 * @module
 */

import { itemOf } from '@waybill/test-support/list-watch'
import { virtualTime } from '@waybill/test-support/virtual-time'
import type { UploadItem, UploadListOptions } from 'waybill/client'
import { platformEffects } from '../../../src/client/effects.ts'
import { LiveList } from '../../../src/client/list/create-upload-list.ts'
import type { AnyUploader } from '../../../src/client/list/upload-list.ts'
import { scriptedUpload } from '../upload/scripted-upload.ts'

export const HINTS = {
  ...{ types: ['image/*', 'text/plain'], accept: 'image/*,text/plain' },
  ...{ maxSize: 1000, minSize: 0, read: false, remove: false },
}

/** Its uploads do what the test says. */
export function scriptedUploader(given: Partial<AnyUploader> = {}) {
  const { until, ...time } = virtualTime()
  const uploads: ReturnType<typeof scriptedUpload>[] = []
  const optionsGiven: unknown[] = []
  const uploader: AnyUploader = {
    upload: (file, options) => {
      optionsGiven.push(options)
      const { name = '' } = options
      if (!(file instanceof Blob)) throw new TypeError('these tests add files')
      const { size, type } = file
      const one = scriptedUpload(platformEffects(time), { name, size, type })
      uploads.push(one)
      return one.upload
    },
    interrupted: async () => [],
    rules: async () => ({ notes: HINTS }),
    remove: async () => {},
    verdict: async () => ({ verdict: 'pending' }),
    ...given,
  }
  const begun = (index = 0) => {
    const one = uploads[index]
    if (!one) throw new Error('it has not begun')
    return one
  }
  const pass = (ms: number) => until(time.wait(ms, new AbortController().signal))
  return { uploader, uploads, optionsGiven, begun, time, pass }
}

/** A list that knows its rule, so that a file which is added begins at once. */
export async function scriptedList(
  options: UploadListOptions = {},
  given: Partial<AnyUploader> = {},
) {
  const { uploader, time, ...scripted } = scriptedUploader(given)
  const list = new LiveList(uploader, { effects: time, hints: HINTS, ...options })
  await list.hints()
  return { list, item: (id: string): UploadItem => itemOf(list, id), ...scripted }
}
