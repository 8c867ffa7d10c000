/**
 * A bucket without versions, where an object may be replaced at any moment while it is judged:
 * between look and read, read and tag, tag and delete.
 *
 * @module
 */

import { GetObjectCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import {
  BUCKET,
  type Landing,
  type SignedForm,
  sendForm,
  startLanding,
} from '@waybill/test-support/landing'
import { MP4, PNG } from '@waybill/test-support/samples'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ArrivalOptions } from 'waybill/arrival'

let landing: Landing

beforeAll(async () => {
  landing = await startLanding()
})
afterAll(() => landing.close())

/** The same length, so that one form stores either: it does not pin the bytes. */
const HONEST = Buffer.concat([PNG, Buffer.alloc(Math.max(0, MP4.length - PNG.length))])
const FALSE = Buffer.concat([MP4, Buffer.alloc(Math.max(0, PNG.length - MP4.length))])

async function land(bytes: Uint8Array): Promise<SignedForm & { readonly key: string }> {
  const form = await landing.sign('a.png', 'image/png', bytes.length)
  await sendForm(form, new Blob([new Uint8Array(bytes)]))
  return { ...form, key: form.fields.key ?? '' }
}

type Moment = (method: string, url: URL) => boolean

const isTagging: Moment = (method, url) => method === 'PUT' && url.searchParams.has('tagging')
const isRead: Moment = (method, url) => method === 'GET' && !url.searchParams.has('tagging')
const isDelete: Moment = (method) => method === 'DELETE'

/** A `fetch` that does something just before the calls of one kind. */
function justBefore(moment: Moment, act: (count: number) => Promise<void>): typeof fetch {
  let count = 0
  return async (input, init) => {
    if (moment(init?.method ?? 'GET', new URL(String(input)))) await act(++count)
    return fetch(input, init)
  }
}

const once = (act: () => Promise<void>) => async (count: number) => {
  if (count === 1) await act()
}

const MOMENTS: readonly (readonly [string, Moment])[] = [
  ['the read', isRead],
  ['the tag', isTagging],
]

describe('an object that is replaced', () => {
  it.each(MOMENTS)('before %s gets the verdict on the new bytes', async (_what, moment) => {
    const form = await land(HONEST)
    const replace = once(() => sendForm(form, new Blob([FALSE])))
    const verdict = await landing.judge(
      { bucket: BUCKET, key: form.key },
      { fetch: justBefore(moment, replace) },
    )
    expect(verdict).toMatchObject({ verdict: 'rejected', reason: 'content-differs' })
    expect(await landing.tagsOf(form.key)).toEqual({
      waybill: 'rejected',
      'waybill-reason': 'content-differs',
    })
  })

  it('after that has no verdict either if its event names the older bytes', async () => {
    const form = await land(HONEST)
    const older = landing.landed.at(-1) ?? { bucket: BUCKET, key: form.key }
    const replace = once(() => sendForm(form, new Blob([FALSE])))
    const options = { fetch: justBefore(isRead, replace) }
    expect(await landing.judge(older, options)).toMatchObject({
      verdict: 'skipped',
      reason: 'gone',
    })
    expect(await landing.tagsOf(form.key)).toEqual({})
  })

  it('keeps no late tag if its event names the older bytes', async () => {
    const form = await land(HONEST)
    const older = landing.landed.at(-1) ?? { bucket: BUCKET, key: form.key }
    const replace = once(async () => {
      await sendForm(form, new Blob([FALSE]))
      await landing.judge(landing.landed.at(-1) ?? older)
    })
    const count = landing.published.length
    await landing.judge(older, { fetch: justBefore(isTagging, replace) })
    expect((await landing.tagsOf(form.key)).waybill).toBe('rejected')
    expect(landing.published.slice(count).map(({ verdict }) => verdict)).not.toContain('verified')
  })

  it('by the same bytes with another type is judged by that type', async () => {
    const form = await land(HONEST)
    const waybill = form.fields['x-amz-meta-waybill'] ?? ''
    const replace = once(async () => {
      await landing.putObject(form.key, { bytes: HONEST, type: 'text/html', waybill })
    })
    const options = { fetch: justBefore(isTagging, replace) }
    const verdict = await landing.judge({ bucket: BUCKET, key: form.key }, options)
    expect(verdict).toMatchObject({ verdict: 'rejected', reason: 'type-differs' })
    expect((await landing.tagsOf(form.key)).waybill).toBe('rejected')
  })

  it('repeatedly is pending, and its event fails', async () => {
    const form = await land(HONEST)
    const replace = async (count: number) =>
      count > 5 ? undefined : sendForm(form, new Blob([count % 2 ? FALSE : HONEST]))
    const options: Partial<ArrivalOptions> = { fetch: justBefore(isTagging, replace) }
    const count = landing.published.length
    const attempt = landing.judge({ bucket: BUCKET, key: form.key }, options)
    await expect(attempt).rejects.toThrow('replaced 5 times')
    expect(await landing.tagsOf(form.key)).toEqual({ waybill: 'pending' })
    expect(landing.published).toHaveLength(count)
  })

  it('repeatedly before it was tagged has no tag', async () => {
    const form = await land(HONEST)
    const rounds: number[] = []
    const replace = async (count: number) => {
      rounds.push(count)
      await sendForm(form, new Blob([count % 2 ? FALSE : HONEST]))
    }
    const options: Partial<ArrivalOptions> = { fetch: justBefore(isRead, replace) }
    const attempt = landing.judge({ bucket: BUCKET, key: form.key }, options)
    await expect(attempt).rejects.toThrow('replaced 5 times')
    expect(rounds).toEqual([1, 2, 3, 4, 5])
    expect(await landing.tagsOf(form.key)).toEqual({})
  })

  it('before it is deleted stays', async () => {
    const form = await land(FALSE)
    const replace = once(() => sendForm(form, new Blob([HONEST])))
    const verdict = await landing.judge(
      { bucket: BUCKET, key: form.key },
      { rejected: 'delete', fetch: justBefore(isDelete, replace) },
    )
    expect(verdict).toMatchObject({ reason: 'content-differs', etag: expect.any(String) })
    expect(await landing.read(form.key)).toEqual(new Uint8Array(HONEST))
  })

  it('by nothing is skipped', async () => {
    const form = await land(HONEST)
    const remove = once(() => landing.remove(form.key))
    const verdict = await landing.judge(
      { bucket: BUCKET, key: form.key },
      { fetch: justBefore(isTagging, remove) },
    )
    expect(verdict).toMatchObject({ verdict: 'skipped', reason: 'gone' })
  })
})

describe('arrival without a version in its event', () => {
  it('judges, tags and names the version it found', async () => {
    const versioned = await startLanding()
    const { client, judge, tagsOf } = versioned
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await client.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }))
    const form = await versioned.sign('a.png', 'image/png', HONEST.length)
    const key = form.fields.key ?? ''
    await sendForm(form, new Blob([HONEST]))
    const versionId = versioned.landed.at(-1)?.versionId
    const replace = once(() => sendForm(form, new Blob([FALSE])))
    const options = { fetch: justBefore(isTagging, replace) }
    const verdict = await judge({ bucket: BUCKET, key }, options)
    expect(verdict).toMatchObject({ verdict: 'verified', versionId })
    expect(await tagsOf(key)).toEqual({})
    expect(await tagsOf(key, versionId)).toEqual({ waybill: 'verified' })
    await versioned.close()
  })
})

describe('arrival for an object whose version is null', () => {
  /** @param status - Of the bucket's versioning, once the object is there. */
  async function landIn(status: 'Suspended' | 'Enabled') {
    const place = await startLanding()
    const form = await place.sign('a.png', 'image/png', FALSE.length)
    await sendForm(form, new Blob([FALSE]))
    const versioning = { Bucket: BUCKET, VersioningConfiguration: { Status: status } }
    await place.client.send(new PutBucketVersioningCommand(versioning))
    return { place, form, key: form.fields.key ?? '' }
  }

  const readNull = ({ client }: Landing, Key: string) =>
    client.send(new GetObjectCommand({ Bucket: BUCKET, Key, VersionId: 'null' }))

  it.each(['Suspended', 'Enabled'] as const)(
    'deletes rejected objects permanently if versioning is %s',
    async (status) => {
      const { place, key } = await landIn(status)
      const verdict = await place.judge({ bucket: BUCKET, key }, { rejected: 'delete' })
      expect(verdict).toMatchObject({ reason: 'content-differs', deleted: true })
      expect(await place.read(key)).toBeUndefined()
      await expect(readNull(place, key)).rejects.toThrow()
      await place.close()
    },
  )

  /** A `fetch` that loses the answer to the first delete. */
  function withLostAnswer(): typeof fetch {
    let isLost = false
    return async (input, init) => {
      const answer = await fetch(input, init)
      if (isLost || init?.method !== 'DELETE') return answer
      isLost = true
      throw new TypeError('fetch failed')
    }
  }

  const beforeDelete = (act: () => Promise<void>) => ({ fetch: justBefore(isDelete, once(act)) })

  type Place = Awaited<ReturnType<typeof landIn>>

  it.each<[string, Buffer | undefined, (at: Place) => Partial<ArrivalOptions>]>([
    [
      'the answer to the first try was lost',
      undefined,
      () => ({ fetch: withLostAnswer(), effects: { wait: async () => {} } }),
    ],
    [
      'another version has come over it',
      HONEST,
      ({ form }) => beforeDelete(() => sendForm(form, new Blob([HONEST]))),
    ],
    [
      'its owner has put a delete marker over it',
      undefined,
      ({ place, key }) => beforeDelete(() => place.remove(key)),
    ],
  ])('deletes it permanently, and nothing else, if %s', async (_what, newer, options) => {
    const at = await landIn('Enabled')
    const { place, key } = at
    const verdict = await place.judge(
      { bucket: BUCKET, key },
      { rejected: 'delete', ...options(at) },
    )
    expect(verdict).toMatchObject({ reason: 'content-differs', deleted: true })
    await expect(readNull(place, key)).rejects.toThrow()
    expect(await place.read(key)).toEqual(newer && new Uint8Array(newer))
    await place.close()
  })

  it('keeps an object that replaced it before the deletion', async () => {
    const { place, form, key } = await landIn('Suspended')
    const replace = once(() => sendForm(form, new Blob([HONEST])))
    await place.judge(
      { bucket: BUCKET, key, versionId: 'null' },
      { rejected: 'delete', fetch: justBefore(isDelete, replace) },
    )
    expect(await place.read(key)).toEqual(new Uint8Array(HONEST))
    await place.close()
  })

  it('keeps an object that arrived after the deletion', async () => {
    const { place, form, key } = await landIn('Suspended')
    const isLook: Moment = (method) => method === 'HEAD'
    const replace = async (count: number) =>
      count === 3 ? sendForm(form, new Blob([HONEST])) : undefined
    await place.judge(
      { bucket: BUCKET, key, versionId: 'null' },
      { rejected: 'delete', fetch: justBefore(isLook, replace) },
    )
    expect(await place.read(key)).toEqual(new Uint8Array(HONEST))
    await place.close()
  })
})
