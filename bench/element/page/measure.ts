/**
 * The page: adds files to `<waybill-upload>`, or to the list that it draws, and measures.
 *
 * @module
 */

import { createUploader, createUploadList, type UploadTotal } from 'waybill/client'
import 'waybill/element'

/** What a page measured. */
export interface Measured {
  /** How long `add` took. */
  readonly addMs: number
  /** The longest time in which the page did nothing else. */
  readonly longestTaskMs: number
  /** From `add` until all files were done. */
  readonly doneMs: number
}

declare global {
  /** Called by the benchmark. */
  var measureFiles: ((what: 'element' | 'list', count: number) => Promise<Measured>) | undefined
}

const ENDPOINT = '/api/uploads'

globalThis.measureFiles = async (what, count) => {
  const files = Array.from({ length: count }, (_, index) => new File([`${index}`], `${index}.txt`))
  const uploads = what === 'element' ? elementOf() : listOf()
  await uploads.ready
  // Making the files is a task of the benchmark.
  await new Promise((resolve) => setTimeout(resolve, 500))
  let longestTaskMs = 0
  const observer = new PerformanceObserver((entries) => {
    for (const { duration } of entries.getEntries())
      longestTaskMs = Math.max(longestTaskMs, duration)
  })
  observer.observe({ entryTypes: ['longtask'] })
  const startedAt = performance.now()
  uploads.add(files)
  const addMs = performance.now() - startedAt
  const { failed } = await uploads.ended
  if (failed > 0) throw new Error(`${failed} files failed`)
  const doneMs = performance.now() - startedAt
  // The last tasks are told after they have ended.
  await new Promise((resolve) => setTimeout(resolve, 500))
  return { addMs, longestTaskMs, doneMs }
}

interface Uploads {
  readonly ready: Promise<unknown>
  readonly add: (files: File[]) => void
  readonly ended: Promise<UploadTotal>
}

function listOf(): Uploads {
  const list = createUploadList(createUploader({ endpoint: ENDPOINT }))
  const ended = new Promise<UploadTotal>((resolve) => {
    list.subscribe(() => {
      const { total } = list.getSnapshot()
      if (total.files > 0 && total.done + total.failed === total.files) resolve(total)
    })
  })
  return { ready: list.hints(), add: list.add, ended }
}

function elementOf(): Uploads {
  const element = document.createElement('waybill-upload')
  element.endpoint = ENDPOINT
  element.multiple = true
  document.body.append(element)
  // As from a person's hand: it loads what draws the files.
  element.dispatchEvent(new Event('pointerenter'))
  const ended = new Promise<UploadTotal>((resolve) => {
    element.addEventListener('waybill-done', () => resolve(element.total))
  })
  return { ready: Promise.resolve(), add: (files) => void element.add(files), ended }
}
