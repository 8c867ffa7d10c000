import { constants } from 'node:os'
import { CommandFailure, messageOf, usageFailure } from '@waybill/command-line/command-failure'
import type { Settings } from '@waybill/command-line/settings'
import { stopSignal } from '@waybill/command-line/stop-signal'
import type { Terminal } from '@waybill/command-line/terminal'
import { type RuleHints, UploadError } from 'waybill'
import {
  createUploader,
  createUploadList,
  fileResumeStore,
  type UploaderOptions,
  type UploadItem,
  type UploadList,
} from 'waybill/client'
import { type Caller, readCaller } from './caller.ts'
import { type FoundFile, findFiles } from './find-files.ts'
import { type OwnRecords, openRecords } from './own-records.ts'
import { progressLines, totalText } from './progress-lines.ts'
import { checkReceiptsFile, failureOf, Results, writeReceipts } from './results.ts'

/** How long an unreachable signer is retried before the first file. */
const FIRST_CALL_MS = 3_000
/** Without a terminal, as often as a log needs to show that the command is still alive. */
const NOTE_INTERVAL_MS = 30_000
/** Exit code of an interrupted command, by shell convention. */
const STOPPED = 128 + constants.signals.SIGINT

interface Target {
  readonly endpoint: string
  readonly rule: string | undefined
  readonly caller: Caller
}

/** @returns The exit code. */
export async function runPut(
  settings: Settings,
  terminal: Terminal,
  operands: readonly string[],
): Promise<number> {
  const endpoint = readEndpoint(settings.to?.value)
  const receipts = settings.receipts?.value
  checkReceiptsFile(receipts)
  const found = await findFiles(operands)
  for (const note of found.notes) terminal.note(note)
  const total = found.files.length + found.unreadable.length
  if (total === 0) throw new CommandFailure('there is nothing to upload')
  const caller = await readCaller(settings)
  const target: Target = { endpoint, rule: settings.rule?.value, caller }
  const hints = await askHints(target)
  const results = new Results(terminal, settings.json !== undefined)
  for (const { label, reason } of found.unreadable) {
    results.failed(label, { code: 'FILE_UNREADABLE', message: `cannot be read: ${reason}` })
  }
  const records = recordsOf(target, terminal)
  const files = found.files.filter((file) => {
    const stored = records?.find(file)
    if (stored) results.storedEarlier(file.label, stored)
    return !stored
  })
  const isStopped =
    files.length > 0 && (await upload(files, { ...target, hints, records, results, terminal }))
  if (!isStopped && receipts !== undefined) {
    writeReceipts(receipts, results.receiptLines(found.files.map(({ label }) => label)))
  }
  if (!isStopped && !results.hasFailures) for (const file of found.files) records?.forget(file)
  results.summarize(total, isStopped)
  if (isStopped) return STOPPED
  return results.hasFailures ? 1 : 0
}

function readEndpoint(to: string | undefined): string {
  if (to === undefined) throw usageFailure("--to is missing, expected the signer's URL")
  const url = URL.canParse(to) ? new URL(to) : undefined
  const isPlain = url && !url.search && !url.hash && !url.username && !url.password
  if (isPlain && /^https?:$/.test(url.protocol)) return to.replace(/\/+$/, '')
  const expected = "the signer's URL, such as https://app.example.com/api/uploads"
  throw usageFailure(`--to is '${to}', expected ${expected}`)
}

/**
 * Asks the signer what the rule allows, so that a mistake that concerns all files is told once.
 *
 * @throws {CommandFailure} If the signer does not respond, or does not accept the caller or rule.
 */
async function askHints({ endpoint, rule, caller }: Target): Promise<RuleHints> {
  const uploader = createUploader({ ...optionsFor(endpoint, caller), retryForMs: FIRST_CALL_MS })
  const rules = await uploader.rules().catch((error: unknown) => {
    if (!(error instanceof UploadError)) throw error
    throw new CommandFailure(`nothing was sent: ${describe(error)}`, { cause: error })
  })
  const names = Object.keys(rules)
  const name = rule ?? (names.length === 1 ? names[0] : undefined)
  const hints = name !== undefined && Object.hasOwn(rules, name) ? rules[name] : undefined
  if (hints) return hints
  const given = rule === undefined ? 'missing' : `'${rule}'`
  const whose = `${caller.id === '' ? 'without a token' : 'with this token'}, the signer allows`
  throw usageFailure(`--rule is ${given}: ${whose} ${names.join(', ')}`)
}

function describe(error: UploadError): string {
  const isToken = error.code === 'UNAUTHENTICATED'
  const advice = isToken ? '. Check --token, WAYBILL_TOKEN or --token-command' : ''
  let cause: unknown = error
  while (cause instanceof Error && cause.cause) cause = cause.cause
  // For example ECONNREFUSED, ENOTFOUND or CERT_HAS_EXPIRED.
  const why = cause instanceof Error && 'code' in cause ? cause.code : messageOf(cause)
  return `${error.code}: ${error.message}${cause === error ? '' : ` (${why})`}${advice}`
}

function optionsFor(endpoint: string, caller: Caller): UploaderOptions {
  const token = caller.tokenOption()
  return { endpoint, ...(token === undefined ? {} : { token }) }
}

/** @returns `undefined` if the directory cannot be used. Uploads then work, but cannot continue. */
function recordsOf({ endpoint, rule, caller }: Target, terminal: Terminal): OwnRecords | undefined {
  try {
    return openRecords({ endpoint, rule, caller: caller.id })
  } catch (error) {
    terminal.note(`if it is interrupted, this command starts over: ${messageOf(error)}`)
    return undefined
  }
}

interface Work extends Target {
  readonly hints: RuleHints
  readonly records: OwnRecords | undefined
  readonly results: Results
  readonly terminal: Terminal
}

/** @returns Whether the user has stopped it before all files had ended. */
async function upload(files: readonly FoundFile[], work: Work): Promise<boolean> {
  const { endpoint, rule, hints, caller, records, results } = work
  const uploader = createUploader({
    ...optionsFor(endpoint, caller),
    ...(records ? { resumeStore: fileResumeStore(records.resumeFolder) } : {}),
  })
  const byId = new Map<string, FoundFile>()
  const labelOf = ({ id }: UploadItem) => byId.get(id)?.label ?? ''
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
      if (item.error) results.failed(labelOf(item), failureOf(item.error))
    },
  })
  const byFile = new Map(files.map((found) => [found.file, found]))
  const ids = list.add(byFile.keys(), { path: (file) => byFile.get(file)?.path })
  for (const [at, found] of files.entries()) byId.set(ids[at] ?? '', found)
  void stopSignal({ say: (line = '') => results.note(line) }).then(() => list.pause())
  await watch(list, labelOf, work)
  return list.getSnapshot().items.some(({ state }) => state === 'paused')
}

/** Shows the progress until no upload is active. */
function watch(
  list: UploadList,
  labelOf: (item: UploadItem) => string,
  { results, terminal }: Work,
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
