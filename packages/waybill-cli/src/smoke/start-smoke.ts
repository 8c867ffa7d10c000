import { usageFailure } from '@waybill/command-line/command-failure'
import type { ServerEffects } from 'waybill/internal/storage'
import { createS3Context, type S3CallContext, type S3CallOptions } from 'waybill/internal/storage'
import { toHex } from 'waybill-s3/internal/digest'
import type { AccountAccess } from '../account/profile-access.ts'
import type { Deployment } from './deployment.ts'
import { createSignerClient } from './signer-client.ts'
import { SMOKE_FOLDER, SMOKE_NAME } from './smoke-objects.ts'
import type { SmokeRun } from './smoke-run.ts'
import { sendLarge, sendSmall } from './uploads.ts'

export interface SmokeOptions {
  readonly deployment: Deployment
  readonly access: AccountAccess
  readonly token?: string | undefined
  readonly rule?: string | undefined
  readonly verdictMs: number
  /** Replaces the address of every service except S3. */
  readonly endpoint?: string | undefined
  /** Replaces S3's address. */
  readonly s3Endpoint?: string | undefined
  readonly fetch: typeof globalThis.fetch
  readonly effects?: Partial<ServerEffects>
}

/** @throws {CommandFailure} If the bucket, the region or the endpoint is invalid. */
export function storeContext(options: S3CallOptions): S3CallContext {
  try {
    return createS3Context(options)
  } catch (error) {
    if (error instanceof TypeError) throw usageFailure(error.message)
    throw error
  }
}

/** Sends no requests yet. */
export function startSmoke(options: SmokeOptions): SmokeRun {
  const { deployment, access, token, rule, verdictMs, fetch } = options
  const { bucket, origin } = deployment
  const s3 = storeContext({
    bucket,
    ...access,
    ...(options.s3Endpoint === undefined ? {} : { endpoint: options.s3Endpoint }),
    fetch,
    ...(options.effects ? { effects: options.effects } : {}),
  })
  const digits = toHex(s3.randomBytes(16))
  const name = `${SMOKE_NAME}${digits}`
  const folder = `${SMOKE_FOLDER}${digits}/`
  const run: SmokeRun = {
    deployment,
    account: { ...access, endpoint: options.endpoint, fetch },
    s3,
    store: { s3, folder, ...(origin === undefined ? {} : { origin }) },
    signer: createSignerClient({ url: deployment.signerUrl, fetch, token, access }),
    name,
    rule,
    verdictMs,
    token,
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
