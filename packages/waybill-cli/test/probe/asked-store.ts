/**
 * The local S3 as a store that probes ask, through a proxy that can make it answer otherwise.
 *
 * @module
 */

import { type Asked, type Given, sendOn, startStandIn } from '@waybill/test-support/stand-in'
import { startStrictS3 } from 'strict-s3'
import { onTestFinished } from 'vitest'
import { callS3 } from '../../../waybill/src/storage/call-s3.ts'
import type { AskedStore } from '../../../waybill/src/storage/probe/store-probe.ts'
import { createS3Context } from '../../../waybill/src/storage/s3-call-context.ts'

const ORIGIN = 'https://app.example.com'

/** What the store answers in place of the right answer; `undefined` leaves that. */
export type Otherwise = (
  asked: Asked,
  right: () => Promise<Required<Given>>,
) => Promise<Given | undefined>

/** Stopped when the test has finished. */
export async function startAskedStore(
  otherwise: Otherwise = async () => undefined,
  secretAccessKey = 'waybill-local-secret',
): Promise<AskedStore> {
  const cors = [
    { allowedOrigins: [ORIGIN], allowedMethods: ['GET', 'PUT', 'POST'], allowedHeaders: ['*'] },
  ] as const
  const s3 = await startStrictS3({ buckets: [{ name: 'uploads', cors }] })
  const proxy = await startStandIn(async (asked) => {
    const right = () => sendOn(s3.endpoint, asked)
    return (await otherwise(asked, right)) ?? right()
  })
  onTestFinished(async () => {
    await proxy.close()
    await s3.close()
  })
  const { region, credentials } = s3
  const place = { bucket: 'uploads', region, endpoint: proxy.url }
  const owner = createS3Context({ ...place, endpoint: s3.endpoint, credentials })
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  await callS3(owner, { method: 'PUT', query: { versioning: '' }, body, isAnswer: () => true })
  const context = createS3Context({
    ...place,
    credentials: { ...credentials, secretAccessKey },
    effects: { wait: async () => undefined },
  })
  return { s3: context, folder: 'waybill-smoke/a-run/', origin: ORIGIN }
}
