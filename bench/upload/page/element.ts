/**
 * Thousands of files in `<waybill-upload>`, and in the list that it draws.
 *
 * @module
 */

import { createUploader, createUploadList, type UploadTotal } from 'waybill/client'
import 'waybill/element'
import { PATHS } from '../paths.ts'
import { showContestants } from './measure.ts'

const endpoint = PATHS.waybill
const list = createUploadList(createUploader({ endpoint }))
const element = document.createElement('waybill-upload')
let longestTaskMs = 0

showContestants({
  'element-list': {
    prepare: async () => {
      await list.hints()
      await watchTasks()
    },
    upload: async (files) => {
      const ended = new Promise<UploadTotal>((resolve) => {
        list.subscribe(() => {
          const { total } = list.getSnapshot()
          if (total.files > 0 && total.done + total.failed === total.files) resolve(total)
        })
      })
      list.add([...files])
      check(await ended)
    },
    after,
  },
  element: {
    prepare: async () => {
      element.endpoint = endpoint
      element.multiple = true
      document.body.append(element)
      await watchTasks()
    },
    upload: async (files) => {
      const ended = new Promise<UploadTotal>((resolve) => {
        element.addEventListener('waybill-done', () => resolve(element.total))
      })
      const input = element.shadowRoot?.querySelector('input')
      if (!input) throw new Error('the element has no input')
      const transfer = new DataTransfer()
      for (const file of files) transfer.items.add(file)
      input.files = transfer.files
      input.dispatchEvent(new Event('change'))
      check(await ended)
    },
    after,
  },
})

function check({ failed }: UploadTotal): void {
  if (failed > 0) throw new Error(`${failed} files failed`)
}

/** The browser tells of a task after it has ended. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 500))
}

/** Choosing the files is a task of the benchmark: it does not count. */
async function watchTasks(): Promise<void> {
  await settled()
  const observer = new PerformanceObserver((entries) => {
    longestTaskMs = Math.max(longestTaskMs, ...entries.getEntries().map((each) => each.duration))
  })
  observer.observe({ entryTypes: ['longtask'] })
}

async function after(): Promise<{ longestTaskMs: number }> {
  await settled()
  return { longestTaskMs }
}
