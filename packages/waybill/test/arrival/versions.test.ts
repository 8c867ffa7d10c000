/**
 * A bucket with versions, as the construct makes it: events come late, twice and in any order, and each verdict lands
 * on the version that was judged.
 *
 * @module
 */

import { DeleteObjectCommand, GetObjectTaggingCommand } from '@aws-sdk/client-s3'
import {
  BUCKET,
  type Landing,
  SECRET,
  sendForm,
  startVersionedLanding,
} from '@waybill/test-support/landing'
import { MP4, PNG } from '@waybill/test-support/samples'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ArrivedObject } from 'waybill/arrival'
import { createSeal } from '../../src/seal/seal.ts'

let landing: Landing

beforeAll(async () => {
  landing = await startVersionedLanding()
})
afterAll(() => landing.close())

/** One form sent twice, as a hostile client may where no SHA-256 is pinned. @returns The two versions' events. */
async function sendTwice(first: Uint8Array, second: Uint8Array) {
  expect(first.length).toBe(second.length)
  const form = await landing.sign('a.png', 'image/png', first.length)
  await sendForm(form, new Blob([new Uint8Array(first)]))
  const older = latest()
  await sendForm(form, new Blob([new Uint8Array(second)]))
  return { older, newer: latest() }
}

function latest(): ArrivedObject & { readonly versionId: string } {
  const { versionId, ...rest } = landing.landed.at(-1) ?? { bucket: '', key: '' }
  if (versionId === undefined) throw new Error('nothing has landed, or without a version')
  return { ...rest, versionId }
}

async function tagsOf({ key: Key, versionId: VersionId }: ArrivedObject) {
  const call = new GetObjectTaggingCommand({ Bucket: BUCKET, Key, VersionId })
  const { TagSet = [] } = await landing.client.send(call)
  return TagSet.find(({ Key: name }) => name === 'waybill')?.Value
}

const HONEST = Buffer.concat([PNG, Buffer.alloc(Math.max(0, MP4.length - PNG.length))])
const FALSE = Buffer.concat([MP4, Buffer.alloc(Math.max(0, PNG.length - MP4.length))])

describe('arrival in a versioned bucket', () => {
  it('judges each version by its own bytes, in whatever order the events come', async () => {
    const { older, newer } = await sendTwice(HONEST, FALSE)
    expect(await landing.judge(newer)).toMatchObject({ reason: 'content-differs' })
    expect(await landing.judge(older)).toMatchObject({ verdict: 'verified' })
    expect(await tagsOf(older)).toBe('verified')
    expect(await tagsOf(newer)).toBe('rejected')
  })

  it("gives a later version no verdict from an older version's event", async () => {
    const { older, newer } = await sendTwice(HONEST, FALSE)
    await landing.judge(older)
    expect(await tagsOf(newer)).toBeUndefined()
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

  it('rejects a waybill that the same secret sealed for the same key in another bucket', async () => {
    const { fields } = await landing.sign('a.png', 'image/png', PNG.length)
    const key = fields.key ?? ''
    const waybill = await createSeal(SECRET, {
      ...landing.options,
      bucket: 'another-bucket',
    }).seal({
      rule: 'any',
      key,
      name: 'a.png',
      id: '',
      size: { min: PNG.length, max: PNG.length },
      type: 'image/png',
      strategy: 'post',
      metadata: {},
      grantedAt: new Date(0),
      expiration: new Date(Date.now() + 60_000),
    })
    const put = { bytes: PNG, type: 'image/png', waybill }
    expect(await landing.putAround(key, put)).toMatchObject({ reason: 'waybill-invalid' })
  })
})
