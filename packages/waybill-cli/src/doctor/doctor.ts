/**
 * `waybill doctor`: why do uploads not work, and what has to change? It examines a bucket with keys, a
 * signer, or a stack, from outside.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { CommandFailure, fileProblem, usageFailure } from '@waybill/command-line/command-failure'
import type { OptionValues } from '@waybill/command-line/command-line'
import { hang } from '@waybill/command-line/fit-text'
import type { Terminal } from '@waybill/command-line/terminal'
import { VERSION } from 'waybill/internal/protocol'
import {
  callOnce,
  createS3Context,
  isTaken,
  type S3CallContext,
  type ServerEffects,
} from 'waybill/internal/storage'
import type { BucketLocation } from 'waybill-s3'
import { toHex } from 'waybill-s3/internal/digest'
import { type AccountAccess, profileAccess } from '../account/profile-access.ts'
import { ACCOUNT_CHECKS } from './account-checks.ts'
import { BUCKET_GROUPS, CONNECTION, SETTINGS } from './bucket-checks.ts'
import { type CheckGroup, examine, MOST_COLUMNS, printRows, type Row } from './check.ts'
import { type CleanUp, DOCTOR_FOLDER, DOCTOR_NAME, removeRuns } from './clean-up.ts'
import { type Deployment, findDeployment, readUrl } from './deployment.ts'
import { objectUrl } from './diagnosis.ts'
import { writeFixes } from './fix.ts'
import type { BucketRun, SignerRun, StackRun } from './run.ts'
import { SIGNER_GROUPS, SIGNER_OF_STACK } from './signer-checks.ts'
import { createSignerClient } from './signer-client.ts'
import { sendLarge, sendSmall } from './test-uploads.ts'
import { UPLOAD_CHECKS } from './upload-checks.ts'

export interface DoctorOptions {
  readonly deployment?: Deployment | undefined
  readonly signerUrl?: string | undefined
  readonly bucket?: string | undefined
  readonly origin?: string | undefined
  /** Missing if only a signer is examined. */
  readonly access?: AccountAccess | undefined
  readonly token?: string | undefined
  readonly rule?: string | undefined
  readonly prefix?: string | undefined
  readonly verdictMs?: number
  /** Replaces the address of every service except S3. */
  readonly endpoint?: string | undefined
  /** Replaces S3's address. */
  readonly s3Endpoint?: string | undefined
  readonly addressing?: BucketLocation['addressing'] | undefined
  readonly fetch: typeof globalThis.fetch
  readonly effects?: Partial<ServerEffects>
}

/** @returns The exit code. */
export async function runDoctor(values: OptionValues, terminal: Terminal): Promise<number> {
  const options = await readOptions(values)
  const isJson = values.json !== undefined
  if (!isJson) printTarget(options, terminal)
  let seen = await examineOnce(options, values, terminal)
  if (values.fix !== undefined) {
    const { s3 } = startBucket(options)
    if (await writeFixes(s3, seen.rows, { terminal, yes: values.yes !== undefined })) {
      seen = await examineAfterFix(options, values, terminal)
    }
  }
  const record = JSON.stringify(recordOf(options, seen), undefined, 2)
  if (isJson) terminal.say(record)
  else printSeen(terminal, seen)
  if (values.record !== undefined) await writeRecord(values.record, record)
  return exitCode(seen.rows)
}

/**
 * 1 if anything differs, 3 if an essential check could not be seen. (2 is for an invalid command
 * line.)
 */
function exitCode(rows: readonly Row[]): number {
  if (rows.some(({ verdict }) => verdict === 'differs')) return 1
  return rows.some(({ verdict, essential }) => essential && verdict === 'not seen') ? 3 : 0
}

async function readOptions(values: OptionValues): Promise<DoctorOptions> {
  const { bucket, signer, stack, rule, prefix } = values
  const { env } = process
  if (bucket === undefined && signer === undefined && stack === undefined) {
    throw usageFailure('doctor needs --bucket, --signer or --stack. See waybill doctor --help')
  }
  if (values.fix !== undefined && (bucket === undefined || stack !== undefined)) {
    throw usageFailure("--fix needs --bucket: a stack's settings are changed by deploying it")
  }
  if (values.fix !== undefined && values.yes === undefined && !process.stdin.isTTY) {
    throw usageFailure('--fix asks before it writes, and nobody can answer here: add --yes')
  }
  if (values.fix !== undefined && values.json !== undefined) {
    throw usageFailure('--fix asks, so it cannot be combined with --json: use --record')
  }
  const needsKeys = bucket !== undefined || stack !== undefined || values.profile !== undefined
  const access = needsKeys
    ? await profileAccess({ profile: values.profile, region: values.region })
    : undefined
  const endpoint = env.AWS_ENDPOINT_URL || undefined
  const origin = values.origin === undefined ? undefined : readOrigin(values.origin)
  const account = access && { ...access, endpoint, fetch }
  const deployment =
    stack === undefined || !account ? undefined : await findDeployment(account, stack, values)
  return {
    deployment,
    signerUrl: deployment?.signerUrl ?? (signer && readUrl('signer', signer)),
    bucket: deployment?.bucket ?? bucket,
    origin: origin ?? deployment?.origin,
    access,
    token: env.WAYBILL_TOKEN || undefined,
    rule,
    prefix,
    verdictMs: readSeconds(values.wait ?? '120') * 1000,
    endpoint,
    s3Endpoint: values.endpoint ?? (env.AWS_ENDPOINT_URL_S3 || endpoint),
    addressing: readAddressing(values.addressing),
    fetch,
  }
}

function readSeconds(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  throw usageFailure(`--wait is '${text}', expected a number of seconds up to 9999`)
}

function readAddressing(value: string | undefined): 'path' | 'virtual' | undefined {
  if (value === 'path' || value === 'virtual' || value === undefined) return value
  throw usageFailure(`--addressing is '${value}', expected path or virtual`)
}

/** A page's address is accepted, because that is what people copy. */
function readOrigin(value: string): string {
  if (URL.canParse(value) && /^https?:/.test(value)) return new URL(value).origin
  throw usageFailure(`--origin is '${value}', expected for example https://app.example.com`)
}

/** @throws {CommandFailure} If the bucket, the region or the endpoint is invalid. */
function contextOf(options: DoctorOptions): S3CallContext {
  const { access, s3Endpoint, addressing, fetch, effects } = options
  const bucket = options.bucket ?? 'unknown'
  try {
    return createS3Context({
      bucket,
      region: access?.region ?? 'us-east-1',
      credentials: access?.credentials ?? { accessKeyId: 'none', secretAccessKey: 'none' },
      ...(s3Endpoint === undefined ? {} : { endpoint: s3Endpoint }),
      ...(addressing === undefined ? {} : { addressing }),
      fetch,
      ...(effects ? { effects } : {}),
    })
  } catch (error) {
    if (error instanceof TypeError) throw usageFailure(error.message)
    throw error
  }
}

/** Sends no requests yet. */
export function startBucket(options: DoctorOptions): BucketRun {
  const s3 = contextOf(options)
  const { origin, prefix = '' } = options
  const folder = `${prefix}${DOCTOR_FOLDER}${toHex(s3.randomBytes(16))}/`
  const list = { 'list-type': '2', 'max-keys': '1', prefix: folder }
  return {
    s3,
    folder,
    prefix,
    ...(origin === undefined ? {} : { origin }),
    first: once(async () => {
      const signedAt = s3.now()
      const reply = await callOnce(s3, { method: 'GET', query: list })
      const { bucket, region } = s3.location
      const { host } = new URL(await objectUrl(s3))
      return { reply, signedAt, receivedAt: s3.now(), host, bucket, region, bySigner: false }
    }),
    canDelete: once(async () => {
      const key = `${folder}missing`
      const versions = { versions: '', 'max-keys': '1', prefix: folder }
      const listed = await callOnce(s3, { method: 'GET', query: versions })
      const deleted = await callOnce(s3, { method: 'DELETE', key, query: { versionId: 'null' } })
      return [listed, deleted].every(({ status }) => status !== 0 && status !== 403)
    }),
  }
}

export function startSigner(options: DoctorOptions): SignerRun {
  const { signerUrl = '', origin, token, rule, fetch, access } = options
  const s3 = contextOf(options)
  return {
    s3,
    signer: createSignerClient({ url: signerUrl, fetch, token, access }),
    signerUrl,
    ...(origin === undefined ? {} : { origin }),
    name: `${DOCTOR_NAME}${toHex(s3.randomBytes(16))}`,
    rule,
    token,
  }
}

export function startStack(
  options: DoctorOptions & { readonly deployment: Deployment; readonly access: AccountAccess },
): StackRun {
  const { deployment, access, endpoint, fetch, verdictMs = 0 } = options
  const bucket = startBucket(options)
  const token = /([0-9a-f]{32})\/$/.exec(bucket.folder)?.[1]
  const run: StackRun = {
    ...startSigner(options),
    ...bucket,
    name: `${DOCTOR_NAME}${token}`,
    deployment,
    account: { ...access, endpoint, fetch },
    verdictMs,
    fetch,
    small: once(() => sendSmall(run)),
    large: once(() => sendLarge(run)),
  }
  return run
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

interface Seen {
  readonly rows: readonly Row[]
  /** The number of checks, with those that were not made. */
  readonly count: number
  readonly cleanUp: CleanUp
  /** Why nothing could be removed. */
  readonly notRemoved?: string
}

async function examineOnce(
  options: DoctorOptions,
  values: OptionValues,
  terminal: Terminal,
): Promise<Seen> {
  const { deployment, access, signerUrl, bucket } = options
  if (deployment && access) {
    const run = startStack({ ...options, deployment, access })
    return examineAll(STACK_GROUPS, run, run, values, terminal)
  }
  const signer = signerUrl === undefined ? undefined : startSigner(options)
  const ofSigner = signer && (await examineAll(SIGNER_GROUPS, signer, undefined, values, terminal))
  if (bucket === undefined) return ofSigner ?? NOTHING
  const run = startBucket(options)
  const ofBucket = await examineAll(BUCKET_GROUPS, run, run, values, terminal)
  const rows = [...(ofSigner?.rows ?? []), ...ofBucket.rows]
  return { ...ofBucket, rows, count: ofBucket.count + (ofSigner?.count ?? 0) }
}

const NOTHING: Seen = { rows: [], count: 0, cleanUp: { removed: 0, kept: [] } }

export const POINTS = [...UPLOAD_CHECKS, ...ACCOUNT_CHECKS].sort(
  (a, b) => Number.parseInt(a.title, 10) - Number.parseInt(b.title, 10),
)

const STACK_GROUPS: readonly CheckGroup<StackRun>[] = [
  ...SIGNER_OF_STACK,
  CONNECTION,
  SETTINGS,
  { name: 'points of the stack', checks: POINTS },
]

/** @param stored - The bucket in which the checks store objects, which are removed in the end. */
async function examineAll<Run>(
  groups: readonly CheckGroup<Run>[],
  run: Run,
  stored: BucketRun | undefined,
  { clean }: OptionValues,
  terminal: Terminal,
): Promise<Seen> {
  const count = groups.reduce((sum, { checks }) => sum + checks.length, 0)
  let rows: readonly Row[] = []
  let left: Pick<Seen, 'cleanUp' | 'notRemoved'> = NOTHING
  try {
    rows = await examine(groups, run, terminal)
  } finally {
    const isConnected = stored && isTaken((await stored.first()).reply)
    if (isConnected && (await stored.canDelete())) {
      const folder = clean === undefined ? stored.folder : `${stored.prefix}${DOCTOR_FOLDER}`
      left = await removeRuns(stored.s3, folder).then(
        (cleanUp) => ({ cleanUp }),
        (error: Error) => ({ ...NOTHING, notRemoved: `${folder} (${error.message})` }),
      )
    }
  }
  return { ...left, rows, count }
}

const TRIES = 5
const BETWEEN_MS = 2_000

/** Examines everything again, and once more if a setting that was written is not in effect yet. */
async function examineAfterFix(
  options: DoctorOptions,
  values: OptionValues,
  terminal: Terminal,
): Promise<Seen> {
  for (let tries = 1; ; tries += 1) {
    const seen = await examineOnce(options, values, terminal)
    if (tries === TRIES || !seen.rows.some(({ change }) => change)) return seen
    await startBucket(options).s3.wait(BETWEEN_MS)
  }
}

/** Addresses without names, passwords and queries. */
function targetOf({ deployment, signerUrl, bucket, origin, access, s3Endpoint }: DoctorOptions) {
  const stack = deployment?.stack
  const place = s3Endpoint === undefined ? '' : ` at ${new URL(s3Endpoint).origin}`
  return {
    ...(stack ? { Stack: `${stack.name}, ${stack.status}` } : {}),
    ...(signerUrl === undefined ? {} : { Signer: withoutSecrets(signerUrl) }),
    ...(bucket === undefined ? {} : { Bucket: `${bucket}, region ${access?.region}${place}` }),
    ...(origin === undefined ? {} : { Page: origin }),
  }
}

function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

function printTarget(options: DoctorOptions, terminal: Terminal): void {
  for (const [label, text] of Object.entries(targetOf(options))) {
    terminal.say(`${label.padEnd(10)}${text}`)
  }
  terminal.say()
}

function printSeen(terminal: Terminal, { rows, count, cleanUp, notRemoved }: Seen): void {
  printRows(terminal, rows, count)
  const of = (verdict: Row['verdict']) => rows.filter((row) => row.verdict === verdict).length
  const unseen = of('not seen') + count - rows.length
  const removed = cleanUp.removed === 0 ? '' : ` ${cleanUp.removed} objects removed.`
  terminal.say(
    `\n${of('ok')} of ${count} hold, ${of('differs')} differ, ${unseen} not seen.${removed}`,
  )
  const left = cleanUp.kept.map(({ key, versionId, answer }) => {
    const version = versionId === undefined ? '' : `, version ${versionId}`
    return `${key}${version} (${answer}; a lock or a policy protects it)`
  })
  for (const each of notRemoved === undefined ? left : [...left, notRemoved]) {
    terminal.say(hang('Not removed: ', each, Math.min(terminal.columns, MOST_COLUMNS)))
  }
}

function recordOf(options: DoctorOptions, { rows, count, cleanUp, notRemoved }: Seen) {
  return {
    version: VERSION,
    node: process.version,
    time: new Date().toISOString(),
    target: targetOf(options),
    count,
    checks: rows.map(({ change: _, ...row }) => row),
    ...cleanUp,
    ...(notRemoved === undefined ? {} : { notRemoved }),
  }
}

async function writeRecord(file: string, record: string): Promise<void> {
  try {
    await writeFile(file, `${record}\n`)
  } catch (error) {
    throw new CommandFailure(`${file}: ${fileProblem(error)}`, { cause: error })
  }
}
