/**
 * A bucket without versions, where an object may be replaced at any moment while it is judged:
 * between look and read, read and tag, tag and delete.
 *
 * @module
 */

import { GetObjectCommand } from '@aws-sdk/client-s3'
import {
  BUCKET,
  FALSE,
  HONEST,
  type Landing,
  setVersioning,
  startLanding,
  useLanding,
} from '@waybill/test-support/landing'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ArrivalOptions } from 'waybill/arrival'

const landing = await useLanding()

type Moment = (method: string, url: URL) => boolean

const isTagging: Moment = (method, url) => method === 'PUT' && url.searchParams.has('tagging')
const isRead: Moment = (method, url) => method === 'GET' && !url.searchParams.has('tagging')
const isDelete: Moment = (method) => method === 'DELETE'

/** A `fetch` that does something just before the calls of one kind. */
function justBefore(moment: Moment, act: (count: number) => Promise<unknown>): typeof fetch {
  let count = 0
  return async (input, init) => {
    if (moment(init?.method ?? 'GET', new URL(String(input)))) await act(++count)
    return fetch(input, init)
  }
}

const onceBefore = (moment: Moment, act: () => Promise<unknown>) =>
  justBefore(moment, async (count) => count === 1 && act())

/** A bucket of its own. */
async function startPlace(): Promise<Landing> {
  const place = await startLanding()
  onTestFinished(() => place.close())
  return place
}

describe('an object that is replaced', () => {
  it.each([
    ['the read', isRead],
    ['the tag', isTagging],
  ])('before %s gets the verdict on the new bytes', async (_what, moment) => {
    const { key, send } = await landing.land(HONEST)
    const options = {
      fetch: onceBefore(moment, () => send(FALSE)),
    }
    const verdict = await landing.judge({ bucket: BUCKET, key }, options)
    expect(verdict).toMatchObject({ verdict: 'rejected', reason: 'content-differs' })
    const tags = { waybill: 'rejected', 'waybill-reason': 'content-differs' }
    expect(await landing.tagsOf(key)).toEqual(tags)
  })

  it('after that has no verdict either if its event names the older bytes', async () => {
    const { key, object, send } = await landing.land(HONEST)
    const options = {
      fetch: onceBefore(isRead, () => send(FALSE)),
    }
    expect(await landing.judge(object, options)).toMatchObject({
      verdict: 'skipped',
      reason: 'gone',
    })
    expect(await landing.tagsOf(key)).toEqual({})
  })

  it('keeps no late tag if its event names the older bytes', async () => {
    const { key, object, send } = await landing.land(HONEST)
    const replace = async () => landing.judge(await send(FALSE))
    const count = landing.published.length
    await landing.judge(object, { fetch: onceBefore(isTagging, replace) })
    expect((await landing.tagsOf(key)).waybill).toBe('rejected')
    expect(landing.published.slice(count).map(({ verdict }) => verdict)).not.toContain('verified')
  })

  it('by the same bytes with another type is judged by that type', async () => {
    const { key, waybill } = await landing.land(HONEST)
    const replace = () => landing.putObject(key, { bytes: HONEST, type: 'text/html', waybill })
    const options = { fetch: onceBefore(isTagging, replace) }
    const verdict = await landing.judge({ bucket: BUCKET, key }, options)
    expect(verdict).toMatchObject({ verdict: 'rejected', reason: 'type-differs' })
    expect((await landing.tagsOf(key)).waybill).toBe('rejected')
  })

  it.each([
    ['and is pending if it was tagged', isTagging, 6, { waybill: 'pending' }],
    ['and has no tag if it never was', isRead, 5, {}],
  ] as const)('repeatedly fails its event, %s', async (_what, moment, calls, tags) => {
    const { key, send } = await landing.land(HONEST)
    let rounds = 0
    const replace = async (count: number) => {
      rounds = count
      if (count <= 5) await send(count % 2 ? FALSE : HONEST)
    }
    const published = landing.published.length
    const attempt = landing.judge({ bucket: BUCKET, key }, { fetch: justBefore(moment, replace) })
    await expect(attempt).rejects.toThrow('replaced 5 times')
    expect(rounds).toBe(calls)
    expect(await landing.tagsOf(key)).toEqual(tags)
    expect(landing.published).toHaveLength(published)
  })

  it('before it is deleted stays', async () => {
    const { key, send } = await landing.land(FALSE)
    const fetch = onceBefore(isDelete, () => send(HONEST))
    const verdict = await landing.judge({ bucket: BUCKET, key }, { rejected: 'delete', fetch })
    expect(verdict).toMatchObject({ reason: 'content-differs', etag: expect.any(String) })
    expect(await landing.read(key)).toEqual(new Uint8Array(HONEST))
  })

  it('by nothing is skipped', async () => {
    const { key } = await landing.land(HONEST)
    const fetch = onceBefore(isTagging, () => landing.remove(key))
    const verdict = await landing.judge({ bucket: BUCKET, key }, { fetch })
    expect(verdict).toMatchObject({ verdict: 'skipped', reason: 'gone' })
  })
})

describe('arrival without a version in its event', () => {
  it('judges, tags and names the version it found', async () => {
    const place = await startPlace()
    await setVersioning(place, 'Enabled')
    const { key, object, send } = await place.land(HONEST)
    const { versionId } = object
    const options = {
      fetch: onceBefore(isTagging, () => send(FALSE)),
    }
    const verdict = await place.judge({ bucket: BUCKET, key }, options)
    expect(verdict).toMatchObject({ verdict: 'verified', versionId })
    expect(await place.tagsOf(key)).toEqual({})
    expect(await place.tagsOf(key, versionId)).toEqual({ waybill: 'verified' })
  })
})

describe('arrival for an object whose version is null', () => {
  /** @param status - Of the bucket's versioning, once the object is there. */
  async function landIn(status: 'Suspended' | 'Enabled') {
    const place = await startPlace()
    const { key, send } = await place.land(FALSE)
    await setVersioning(place, status)
    return { place, send, key }
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

  const beforeDelete = (act: () => Promise<unknown>) => ({ fetch: onceBefore(isDelete, act) })

  type Place = Awaited<ReturnType<typeof landIn>>

  it.each<[string, Buffer | undefined, (at: Place) => Partial<ArrivalOptions>]>([
    [
      'the answer to the first try was lost',
      undefined,
      () => ({ fetch: withLostAnswer(), effects: { wait: async () => {} } }),
    ],
    ['another version has come over it', HONEST, ({ send }) => beforeDelete(() => send(HONEST))],
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
  })

  it('keeps an object that replaced it before the deletion', async () => {
    const { place, send, key } = await landIn('Suspended')
    const options = { rejected: 'delete', ...beforeDelete(() => send(HONEST)) } as const
    await place.judge({ bucket: BUCKET, key, versionId: 'null' }, options)
    expect(await place.read(key)).toEqual(new Uint8Array(HONEST))
  })

  it('keeps an object that arrived after the deletion', async () => {
    const { place, send, key } = await landIn('Suspended')
    const isLook: Moment = (method) => method === 'HEAD'
    const fetch = justBefore(isLook, async (count) => count === 3 && send(HONEST))
    await place.judge({ bucket: BUCKET, key, versionId: 'null' }, { rejected: 'delete', fetch })
    expect(await place.read(key)).toEqual(new Uint8Array(HONEST))
  })
})
