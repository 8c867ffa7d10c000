import type { Terminal } from '@waybill/command-line/terminal'
import type { RuleHints, UploadError } from 'waybill'
import { createUploadList, type Uploader, type UploadItem, type UploadList } from 'waybill/client'
import type { FoundFile } from './find-files.ts'
import type { OwnRecords } from './own-records.ts'
import { progressLines, totalText } from './progress-lines.ts'
import { failureOf, type Results } from './results.ts'

/** Without a terminal, as often as a log needs to show that the command is still alive. */
const NOTE_INTERVAL_MS = 30_000
/**
 * If a file fails although it was retried, and no byte of any file has moved for this long, the
 * others are not tried. Each would be retried for four minutes, a few hundred at a time.
 */
const OUTAGE_MS = 200_000

export interface Sending {
  readonly rule: string | undefined
  readonly hints: RuleHints
  readonly records: OwnRecords | undefined
  readonly results: Results
  readonly terminal: Terminal
  /** Resolves when the user wants it to stop. */
  readonly stopped: Promise<void>
  /** Only for tests. */
  readonly outageMs?: number
}

/**
 * Sends the files and reports each in `results`.
 *
 * @returns Whether the user has stopped it before all files had ended.
 */
export async function sendFiles(
  uploader: Uploader,
  files: readonly FoundFile[],
  { rule, hints, records, results, terminal, stopped, outageMs = OUTAGE_MS }: Sending,
): Promise<boolean> {
  const byId = new Map<string, FoundFile>()
  const labelOf = ({ id }: UploadItem) => byId.get(id)?.label ?? ''
  let isStopped = false
  let outage: UploadError | undefined
  const list = createUploadList(uploader, {
    ...(rule === undefined ? {} : { rule }),
    hints,
    onDone: (item) => {
      const file = byId.get(item.id)
      if (!file || !item.completed) return
      records?.keep(file, item.completed)
      results.stored(file.label, item.completed)
    },
    onError: (item) => {
      const { error } = item
      if (!error) return
      results.failed(labelOf(item), failureOf(error))
      if (!error.retryable || silenceMs() < outageMs) return
      outage ??= error
      list.pause()
    },
  })
  const silenceMs = silenceOf(list)
  const byFile = new Map(files.map((found) => [found.file, found]))
  const ids = list.add(byFile.keys(), { path: (file) => byFile.get(file)?.path })
  for (const [at, found] of files.entries()) byId.set(ids[at] ?? '', found)
  void stopped.then(() => {
    isStopped = true
    list.pause()
  })
  await untilEnded(list, labelOf, { results, terminal })
  const paused = list.getSnapshot().items.filter(({ state }) => state === 'paused')
  if (isStopped) return paused.length > 0
  if (outage) for (const item of paused) results.failed(labelOf(item), failureOf(outage))
  return false
}

/** @returns A function that returns for how long nothing has been sent, stored or completed. */
function silenceOf(list: UploadList): () => number {
  let { total: last } = list.getSnapshot()
  let movedAt = performance.now()
  const look = () => {
    const { total } = list.getSnapshot()
    // The totals shrink when a file fails.
    const hasMoved = (['sent', 'stored', 'done'] as const).some((each) => total[each] > last[each])
    if (hasMoved) movedAt = performance.now()
    last = total
    return performance.now() - movedAt
  }
  list.subscribe(look)
  return look
}

/** Shows the progress until no upload is active. */
function untilEnded(
  list: UploadList,
  labelOf: (item: UploadItem) => string,
  { results, terminal }: Pick<Sending, 'results' | 'terminal'>,
): Promise<void> {
  let notedAt = performance.now()
  return new Promise((resolve) => {
    const look = () => {
      const snapshot = list.getSnapshot()
      const { progressColumns } = terminal
      if (snapshot.total.active === 0) {
        unsubscribe()
        results.show('')
        setImmediate(resolve) // after the last `onDone`
      } else if (progressColumns !== undefined) {
        results.show(progressLines(snapshot, labelOf, progressColumns))
      } else if (performance.now() - notedAt >= NOTE_INTERVAL_MS) {
        notedAt = performance.now()
        results.note(totalText(snapshot))
      }
    }
    const unsubscribe = list.subscribe(look)
  })
}
