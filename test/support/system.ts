/**
 * A whole Waybill in one process: local S3 and signer, each behind a proxy that can spoil what goes
 * to it, and an uploader that knows only the proxies. Its clock and its patience are the test's.
 *
 * @module
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type LocalCredentials, type Log, type StrictS3, startStrictS3 } from 'strict-s3'
import { onTestFinished } from 'vitest'
import { type CompletedUpload, UploadError, type UploadRules, uploadRule } from 'waybill'
import { createUploader, type UploaderOptions } from 'waybill/client'
import { type RunningServer, startServer, toNodeHandler } from 'waybill/node'
import { createSigner, type SignerOptions } from 'waybill/signer'
import type { FaultPlan } from '../../packages/strict-s3/src/faults/fault.ts'
import {
  type FaultProxy,
  startFaultProxy,
} from '../../packages/strict-s3/src/faults/fault-proxy.ts'

export const BUCKET = 'uploads'
export const SECRET = 'a secret of the tests, long enough to seal'
const BASE_PATH = '/api/uploads'

export interface SystemOptions {
  /** Spoils what goes to S3, from the client and from the signer. */
  readonly storagePlan?: FaultPlan
  /** Spoils what the client asks the signer. */
  readonly signerPlan?: FaultPlan
  /** Whether S3 keeps objects on disk and not in memory. */
  readonly onDisk?: boolean
  /** The key pairs that S3 knows. */
  readonly credentials?: readonly LocalCredentials[]
  readonly now?: () => Date
  readonly expiresInSeconds?: number
  readonly signer?: Partial<SignerOptions>
}

export interface System {
  readonly s3: StrictS3
  readonly storageProxy: FaultProxy
  readonly signerProxy: FaultProxy
  /** The signer's base URL, through its proxy. */
  readonly endpoint: string
  /** Keys in the order in which the rule heard of them. */
  readonly completed: string[]
  readonly now: () => Date
  /** An uploader of one owner; it waits less than it says, see `hurried`. */
  uploader(owner: string, options?: Partial<UploaderOptions>): ReturnType<typeof uploaderFor>
  /** Another instance takes the place of the signer. */
  restartSigner(): Promise<void>
}

/** Everything is stopped when the test has finished. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const dir = options.onDisk ? await mkdtemp(join(tmpdir(), 'waybill-faults-')) : undefined
  const now = options.now ?? (() => new Date())
  const s3 = await startStrictS3({
    buckets: [BUCKET],
    now,
    log: printFailures,
    ...(dir === undefined ? {} : { dir }),
    ...(options.credentials ? { credentials: options.credentials } : {}),
  })
  const completed: string[] = []
  const over = new AbortController()
  const storageProxy = await proxyTo('storage', s3.endpoint, options.storagePlan)
  const start = () => startSigner(options, storageProxy.endpoint, completed)
  let server = await start()
  const signerProxy = await proxyTo('signer', server.url, options.signerPlan)
  onTestFinished(async () => {
    over.abort()
    await Promise.all([storageProxy.close(), signerProxy.close()])
    await Promise.all([server.close(), s3.close()])
    if (dir !== undefined) await rm(dir, { recursive: true, force: true })
  })
  const endpoint = `${signerProxy.endpoint}${BASE_PATH}`
  return {
    s3,
    storageProxy,
    signerProxy,
    endpoint,
    completed,
    now,
    uploader: (owner, more = {}) =>
      uploaderFor(endpoint, owner, { ...more, fetch: fetchUntil(over.signal, more.fetch) }),
    restartSigner: async () => {
      await server.close()
      server = await start()
      signerProxy.useUpstream(server.url)
    },
  }
}

/**
 * What still tries when its test is over asks no more: servers of other tests may get these ports.
 */
function fetchUntil(over: AbortSignal, given = globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => (over.aborted ? new Promise(() => {}) : given(input, init))
}

/** A failure of the local S3 itself is nobody's plan. */
const printFailures: Log = (line, entry) => {
  if ('warning' in entry || entry.status >= 500) console.error(line)
}

function proxyTo(name: string, upstream: string, plan: FaultPlan | undefined): Promise<FaultProxy> {
  return startFaultProxy({ name, upstream, ...(plan ? { plan } : {}) })
}

function startSigner(
  { now, expiresInSeconds = 300, signer }: SystemOptions,
  endpoint: string,
  completed: string[],
): Promise<RunningServer> {
  const rules: UploadRules = signer?.rules ?? { any: anyFile(expiresInSeconds, completed) }
  const instance = createSigner({
    bucket: BUCKET,
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' },
    secret: SECRET,
    allowedOrigins: [],
    onError: () => undefined,
    ...signer,
    effects: { wait: hurried, ...(now ? { now } : {}), ...signer?.effects },
    rules,
  })
  return startServer(toNodeHandler(instance, { basePath: BASE_PATH }), { graceMs: 0 })
}

function anyFile(expiresInSeconds: number, completed: string[]) {
  return uploadRule({
    types: ['*/*'],
    maxSize: '5 GiB',
    expiresInSeconds,
    authorize: ({ headers }) => {
      const owner = headers['x-owner']
      if (!owner) throw new UploadError('UNAUTHENTICATED', 'x-owner is missing')
      return { owner }
    },
    // What a proxy does to a request follows from its path: the name must not be by chance. With
    // `{id}` in its folder the key is unique: only then does the signer abort a multipart upload
    // whose creation was not answered. Plans of faults leave the id out of what they decide by.
    key: ({ id, name, metadata: { folder = 'files' } }) => `${folder.replace('{id}', id)}/${name}`,
    onComplete: ({ key }: CompletedUpload<{ owner: string }>) => {
      completed.push(key)
    },
  })
}

function uploaderFor(endpoint: string, owner: string, options: Partial<UploaderOptions>) {
  const effects = { wait: hurried, ...options.effects }
  return createUploader({
    ...{ endpoint, headers: { 'x-owner': owner }, stallMs: STALL_MS },
    ...options,
    effects,
  })
}

/**
 * Waits as long as it says, and what is long in steps: when a machine has stood still, timers ring
 * before it is read what came meanwhile. That uses up one step, and not all the patience.
 */
export async function patient(ms: number, signal?: AbortSignal): Promise<void> {
  const steps = ms < 1_000 ? 1 : 20
  for (let step = 0; step < steps; step += 1) {
    await pause(ms / steps, undefined, signal ? { signal } : {})
  }
}

/**
 * Effects with which no time passes: however busy a machine is, its line is not slow, so no part is
 * sent twice for that.
 */
export const ON_A_QUICK_LINE = { monotonicMs: () => 0 }

/** Shorter than this engines wait before they try again; longer, until they call bytes stalled … */
const LONG_WAIT_MS = 10_000
/**
 * … and longer than this until they give up on a server, which a busy machine must not bring about.
 */
const LONGEST_WAIT_MS = 100_000

/** What a call to the signer may take: not hurried either. */
const CALLS_MS: ReadonlySet<number> = new Set([20_000, 60_000])
/** Told apart from the patience with a call. */
const STALL_MS = 19_990

/** Waits a hundredth of a pause between attempts, and a tenth of a watch that finds stalls. */
export function hurried(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms >= LONGEST_WAIT_MS || CALLS_MS.has(ms)) return patient(ms, signal)
  return patient(ms < LONG_WAIT_MS ? ms / 100 : ms / 10, signal)
}
