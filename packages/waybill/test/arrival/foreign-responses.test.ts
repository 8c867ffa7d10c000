/**
 * A page of somebody else in place of an answer of S3's, at any step of a judgment.
 *
 * @module
 */

import { PutObjectTaggingCommand } from '@aws-sdk/client-s3'
import { BUCKET, useLanding } from '@waybill/test-support/landing'
import { PNG } from '@waybill/test-support/samples'
import { describe, expect, it } from 'vitest'

const landing = await useLanding()

/** A good file with a tag of the application's. */
async function land(): Promise<string> {
  const { key: Key } = await landing.land()
  const Tagging = { TagSet: [{ Key: 'album', Value: '7' }] }
  await landing.client.send(new PutObjectTaggingCommand({ Bucket: BUCKET, Key, Tagging }))
  return Key
}

const isTagging = (url: URL) => url.searchParams.has('tagging')

const STEPS: Readonly<Record<string, (method: string, url: URL) => boolean>> = {
  HeadObject: (method) => method === 'HEAD',
  GetObject: (method, url) => method === 'GET' && !isTagging(url),
  GetObjectTagging: (method, url) => method === 'GET' && isTagging(url),
  PutObjectTagging: (method) => method === 'PUT',
}

const PAGES: Readonly<Record<string, () => Response>> = {
  'a page': () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
  'a page with an ETag': () =>
    new Response('<html/>', { headers: { etag: '"p"', 'content-length': '7' } }),
  nothing: () => new Response(),
  'a 404': () => new Response(null, { status: 404 }),
  'a 412': () => new Response(null, { status: 412 }),
  JSON: () => Response.json({ login: true }),
  'random bytes': () => new Response(new Uint8Array([0, 255, 60, 254])),
}

/** What a call meets that S3 does not answer itself, for the first calls of a step. */
function spoiled(
  isStep: (method: string, url: URL) => boolean,
  page: () => Response,
  most: number,
) {
  let count = 0
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const isSpoiled = isStep(init?.method ?? 'GET', new URL(String(input))) && ++count <= most
    return isSpoiled ? page() : globalThis.fetch(input, init)
  }
  return { fetch, rejected: 'delete' as const, effects: { wait: async () => undefined } }
}

describe.each(Object.entries(STEPS))('an impostor that answers %s', (_step, isStep) => {
  it.each(Object.entries(PAGES))(
    'with %s changes no verdict, no tag and no file',
    async (_, page) => {
      const key = await land()
      const verdict = await landing.judge({ bucket: BUCKET, key }, spoiled(isStep, page, 1))
      expect(verdict).toMatchObject({ verdict: 'verified' })
      expect(await landing.tagsOf(key)).toEqual({ album: '7', waybill: 'verified' })
      expect(await landing.read(key)).toBeDefined()
    },
  )

  it.each(Object.entries(PAGES))('with %s, repeatedly, decides nothing', async (_, page) => {
    const key = await land()
    const published = landing.published.length
    const attempt = landing.judge({ bucket: BUCKET, key }, spoiled(isStep, page, 99))
    await expect(attempt).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(landing.published).toHaveLength(published)
    expect(await landing.tagsOf(key)).toMatchObject({ album: '7' })
    expect(await landing.read(key)).toBeDefined()
  })
})

describe('an impostor that answers DeleteObject', () => {
  it.each([404, 412])('with a page and status %i does not save a rejected file', async (status) => {
    const key = await land()
    const object = { bucket: BUCKET, key }
    await landing.putObject(key, { bytes: 'put around the signer' })
    const page = () => new Response('<!doctype html>', { status })
    const spoiledDelete = spoiled((method) => method === 'DELETE', page, 1)
    await expect(landing.judge(object, spoiledDelete)).rejects.toMatchObject({ status, code: '' })
    await landing.judge(object, spoiledDelete)
    expect(await landing.read(key)).toBeUndefined()
  })
})

describe('a proxy that changes the Content-Length of every HEAD', () => {
  it.each([0, 1, PNG.length - 1, PNG.length + 1])('to %i decides nothing', async (length) => {
    const key = await land()
    const published = landing.published.length
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const answer = await globalThis.fetch(input, init)
      if (init?.method !== 'HEAD') return answer
      const headers = new Headers(answer.headers)
      headers.set('content-length', String(length))
      return new Response(null, { headers })
    }
    const attempt = landing.judge(
      { bucket: BUCKET, key },
      { ...spoiled(() => false, Response.error, 0), fetch },
    )
    await expect(attempt).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(landing.published).toHaveLength(published)
    expect(await landing.tagsOf(key)).toEqual({ album: '7' })
    expect(await landing.read(key)).toBeDefined()
  })
})

it('skips an object that is removed before its tags are read', async () => {
  const key = await land()
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (isTagging(new URL(String(input)))) await landing.remove(key)
    return globalThis.fetch(input, init)
  }
  const verdict = await landing.judge({ bucket: BUCKET, key }, { fetch })
  expect(verdict).toMatchObject({ verdict: 'skipped', reason: 'gone' })
})

describe("another object's tags, returned once", () => {
  const tagging = (tags: string) => () =>
    new Response(`<Tagging><TagSet>${tags}</TagSet></Tagging>`, {
      headers: { 'x-amz-request-id': 'r' },
    })
  const verified = '<Tag><Key>waybill</Key><Value>verified</Value></Tag>'

  it.each([
    ['none', tagging('')],
    ['a verdict', tagging(verified)],
  ])('change neither tags nor verdict: %s', async (_, page) => {
    const key = await land()
    const spoiledTags = spoiled(STEPS.GetObjectTagging ?? (() => false), page, 1)
    await landing.judge({ bucket: BUCKET, key }, spoiledTags)
    expect(await landing.tagsOf(key)).toEqual({ album: '7', waybill: 'verified' })
  })

  it('do not count as written if another PUT was answered', async () => {
    const key = await land()
    const empty = () => new Response(null, { headers: { 'x-amz-request-id': 'r' } })
    await landing.judge(
      { bucket: BUCKET, key },
      spoiled((method) => method === 'PUT', empty, 1),
    )
    expect(await landing.tagsOf(key)).toEqual({ album: '7', waybill: 'verified' })
  })
})
