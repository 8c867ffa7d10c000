/**
 * A server for one test, what it logs, and the AWS SDK as its client.
 *
 * @module
 */

import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { type LogEntry, type StrictS3, type StrictS3Options, startStrictS3 } from 'strict-s3'
import { onTestFinished } from 'vitest'
import { System } from '../../../test/conformance/system.ts'

/** Starts a server with the bucket `uploads`, and closes it after the test. */
export async function start(options: StrictS3Options = {}) {
  const lines: string[] = []
  const entries: LogEntry[] = []
  const log = (line: string, entry: LogEntry) => {
    lines.push(line)
    entries.push(entry)
  }
  const server = await startStrictS3({ buckets: ['uploads'], log, ...options })
  onTestFinished(() => server.close())
  return { server, system: new System(server, 'uploads'), lines, entries }
}

type Place = Pick<StrictS3, 'endpoint' | 'credentials'> & { readonly region: string }

/** The AWS SDK with its defaults. */
export function clientOf(server: Place, config: S3ClientConfig = {}): S3Client {
  const { endpoint, region, credentials } = server
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true, ...config })
}
