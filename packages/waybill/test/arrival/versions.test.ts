/**
 * A bucket with versions, as the construct makes it: events come late, twice and in any order, and each verdict lands
 * on the version that was judged.
 *
 * @module
 */

import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { BUCKET, FALSE, HONEST, useLanding } from '@waybill/test-support/landing'
import { describe, expect, it } from 'vitest'
import type { ArrivedObject } from 'waybill/arrival'

const landing = await useLanding('Enabled')

/** One form sent twice, as a hostile client may where no SHA-256 is pinned. @returns The two versions' events. */
async function sendTwice(first: Uint8Array, second: Uint8Array) {
  const { object: older, send } = await landing.land(first)
  return { older, newer: await send(second) }
}

const wordOf = async ({ key, versionId }: ArrivedObject) =>
  (await landing.tagsOf(key, versionId)).waybill

describe('arrival in a versioned bucket', () => {
  it('judges each version by its own bytes, in whatever order the events come', async () => {
    const { older, newer } = await sendTwice(HONEST, FALSE)
    expect(await landing.judge(newer)).toMatchObject({ reason: 'content-differs' })
    expect(await wordOf(older)).toBeUndefined()
    expect(await landing.judge(older)).toMatchObject({ verdict: 'verified' })
    expect(await wordOf(older)).toBe('verified')
    expect(await wordOf(newer)).toBe('rejected')
  })

  it('deletes only the rejected version', async () => {
    const { older, newer } = await sendTwice(FALSE, HONEST)
    expect(await landing.judge(older, { rejected: 'delete' })).toMatchObject({ deleted: true })
    expect(await landing.judge(older)).toMatchObject({ verdict: 'skipped', reason: 'gone' })
    expect(await landing.judge(newer)).toMatchObject({ verdict: 'verified' })
    expect(await landing.read(newer.key)).toEqual(new Uint8Array(HONEST))
  })

  it('judges a version behind a delete marker, and skips the marker', async () => {
    const { older } = await sendTwice(HONEST, HONEST)
    const { VersionId = '' } = await landing.client.send(
      new DeleteObjectCommand({ Bucket: BUCKET, Key: older.key }),
    )
    expect(await landing.judge(older)).toMatchObject({ verdict: 'verified' })
    const marker = { bucket: BUCKET, key: older.key, versionId: VersionId }
    expect(await landing.judge(marker)).toMatchObject({ verdict: 'skipped', reason: 'gone' })
  })
})
