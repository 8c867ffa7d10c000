/**
 * What a hold keeps of an object that is removed.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { refusal, spoiledFetch } from '../complete/storage.ts'
import { NOTHING, storeFiles } from './stored-files.ts'

describe('a hold', () => {
  const HELD_UNTIL = { 'x-amz-object-lock-retain-until-date': '2100-01-01T00:00:00Z' }
  const LEGAL = { 'x-amz-object-lock-legal-hold': 'ON' }
  const OVER = { 'x-amz-object-lock-retain-until-date': '2000-01-01T00:00:00Z' }

  /** The S3 of a bucket in which one version is held. The local S3 has no Object Lock. */
  function withHold(lock: Record<string, string>, answer = refusal(403, 'AccessDenied')) {
    const held = { versionId: '' }
    const spoiled = spoiledFetch(({ operation, url }) => {
      const isHeld = url.searchParams.get('versionId') === held.versionId
      return isHeld && operation === 'DELETE object' ? answer.clone() : undefined
    })
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await spoiled.fetch(input, init)
      const versionId = new URL(String(input)).searchParams.get('versionId')
      if (init?.method !== 'HEAD' || versionId !== held.versionId) return response
      return new Response(null, { headers: { ...Object.fromEntries(response.headers), ...lock } })
    }
    return { held, fetch }
  }

  it.each([
    ['a retention period', HELD_UNTIL],
    ['a legal hold', LEGAL],
  ])('keeps a version, which is hidden from readers: %s', async (_what, lock) => {
    const { held, fetch } = withHold(lock)
    const { grant, call, ask, versions } = await storeFiles({ fetch })
    const { send, complete, key } = await grant()
    await send()
    const { receipt, versionId = '' } = await complete()
    await send()
    held.versionId = versionId
    expect(await call('/remove', { receipt })).toMatchObject({
      ...{ status: 409, code: 'OBJECT_HELD' },
      error: { message: 'a hold keeps one version of the object, hidden from readers' },
    })
    expect((await ask('HEAD', key)).status).toBe(404)
    expect(await versions()).toEqual({ objects: 1, markers: 1 })
    held.versionId = ''
    expect(await call('/remove', { receipt })).toMatchObject({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
  })

  it('that is over is none: S3 refused for another reason', async () => {
    const { held, fetch } = withHold(OVER)
    const { upload, call } = await storeFiles({ fetch })
    const { receipt, versionId = '' } = await upload()
    held.versionId = versionId
    expect(await call('/remove', { receipt })).toMatchObject({
      ...{ status: 403, code: 'STORAGE_REFUSED' },
    })
  })

  it('is not looked for when S3 fails for another reason', async () => {
    const { held, fetch } = withHold(LEGAL, refusal(400, 'InvalidRequest'))
    const { upload, call } = await storeFiles({ fetch })
    const { receipt, versionId = '' } = await upload()
    held.versionId = versionId
    expect(await call('/remove', { receipt })).not.toMatchObject({ code: 'OBJECT_HELD' })
  })
})
