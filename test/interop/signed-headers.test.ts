/**
 * Whether stores that we did not write enforce signed headers, and what helps where they do not: what
 * docs/guide/stores.md says of them.
 *
 * @module
 */

import { expect, it } from 'vitest'
import { probeSignedHeaders } from 'waybill/signer'
import { type Credentials, presignUrl } from 'waybill-s3'
import {
  answerOf,
  describeStores,
  type ForeignBucket,
  keysIn,
  readBack,
  type StoreAnswer,
  send,
} from './foreign-bucket.ts'

const ENFORCED = { radosgw: 'no', swift: 'yes' } as const

describeStores('probeSignedHeaders', (place) => {
  it('returns its finding, and leaves nothing behind', async () => {
    const { outcome } = await probeSignedHeaders(place)
    expect(outcome).toBe(ENFORCED[place.store])
    expect(await keysIn(place)).toEqual([])
  })
})

describeStores(
  'a presigned PUT with an unsigned x-amz-copy-source',
  (place) => {
    it('copies objects that its credentials may read', async () => {
      await send(place, { method: 'PUT', key: 'payroll.csv', body: 'secret' })
      expect((await copyByPut(place, 'stolen', place.credentials)).status).toBe(200)
      expect(String((await readBack(place, 'stolen')).body)).toBe('secret')
    })

    it('copies nothing if they may only put objects', async () => {
      await send(place, { method: 'PUT', key: 'payroll.csv', body: 'secret' })
      await letOthersPut(place)
      const plain = await copyByPut(place, 'own', place.otherCredentials, {})
      expect(plain.status).toBe(200)
      expect((await copyByPut(place, 'none', place.otherCredentials)).status).toBe(403)
      expect(await keysIn(place)).not.toContain('none')
    })
  },
  { swift: 'enforces signed headers' },
)

/** Sends a PUT that was presigned without the header, as the holder of its URL may. */
async function copyByPut(
  place: ForeignBucket,
  key: string,
  credentials: Credentials,
  added: Record<string, string> = { 'x-amz-copy-source': `/${place.bucket}/payroll.csv` },
): Promise<StoreAnswer> {
  const { url } = await presignUrl({ ...place, credentials, method: 'PUT', key })
  return answerOf(await fetch(url, { method: 'PUT', headers: added }))
}

/** Lets the other user of the store put objects into the bucket, and nothing else. */
async function letOthersPut(place: ForeignBucket): Promise<void> {
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${place.bucket}/*`,
  }
  const body = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const { status, text } = await send(place, { method: 'PUT', query: { policy: '' }, body })
  if (status >= 300) throw new Error(`cannot set the policy: ${status} ${text}`)
}
