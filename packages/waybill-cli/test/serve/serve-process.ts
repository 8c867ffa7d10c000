/**
 * `waybill serve` as a process of its own, for a bucket of the local S3.
 *
 * @module
 */

import { startProgram, type WaybillProcess } from '@waybill/test-support/waybill-process'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { onTestFinished } from 'vitest'

type Settings = Readonly<Record<string, string>>

/** Stopped when the test has finished. */
export async function startBucket(): Promise<StrictS3> {
  const s3 = await startStrictS3({ buckets: ['uploads'], log: () => {} })
  onTestFinished(() => s3.close())
  return s3
}

export function settingsFor({ region, endpoint, credentials }: StrictS3): Settings {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    WAYBILL_BUCKET: 'uploads',
    WAYBILL_ENDPOINT: endpoint,
    WAYBILL_SECRET: 'a secret of more than thirty-two characters',
    WAYBILL_ALLOWED_ORIGINS: 'https://app.example.com',
    WAYBILL_AUTH: 'none',
    WAYBILL_RULES: JSON.stringify({
      any: { types: ['text/plain'], maxSize: '30 MiB', form: true, public: true },
    }),
  }
}

export interface ServeProcess extends WaybillProcess {
  /** The signer's URL. */
  readonly url: string
  /** The server's origin. */
  readonly origin: string
  /** The lines of its log so far. */
  log(): readonly Readonly<Record<string, unknown>>[]
}

/** Starts it on a free port, unless `PORT` is set, and waits until it listens. */
export async function startServe(
  env: Settings,
  args: readonly string[] = [],
): Promise<ServeProcess> {
  const started = startProgram('waybill', ['serve', ...args], { env: { PORT: '0', ...env } })
  const [, url = ''] = await started.said(/^\{"type":"start","url":"([^"]+)"/m)
  const log = () =>
    started
      .stdout()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  return { ...started, url, origin: new URL(url).origin, log }
}
