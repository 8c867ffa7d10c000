import { constants } from 'node:os'
import { CommandFailure, messageOf, usageFailure } from '@waybill/command-line/command-failure'
import type { Settings } from '@waybill/command-line/settings'
import { stopSignal } from '@waybill/command-line/stop-signal'
import type { Terminal } from '@waybill/command-line/terminal'
import { type RuleHints, UploadError } from 'waybill'
import { createUploader, fileResumeStore, type UploaderOptions } from 'waybill/client'
import { type Caller, readCaller } from './caller.ts'
import { type FoundFile, findFiles } from './find-files.ts'
import { type OwnRecords, openRecords } from './own-records.ts'
import { checkReceiptsFile, Results, writeReceipts } from './results.ts'
import { type Sending, sendFiles } from './send-files.ts'

/** How long an unreachable signer is retried before the first file. */
const FIRST_CALL_MS = 3_000
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

/** @returns Whether the user has stopped it before all files had ended. */
function upload(
  files: readonly FoundFile[],
  { endpoint, caller, ...sending }: Target & Omit<Sending, 'stopped'>,
): Promise<boolean> {
  const { records, results } = sending
  const uploader = createUploader({
    ...optionsFor(endpoint, caller),
    ...(records ? { resumeStore: fileResumeStore(records.resumeFolder) } : {}),
  })
  const stopped = stopSignal({ say: (line = '') => results.note(line) })
  return sendFiles(uploader, files, { ...sending, stopped })
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
