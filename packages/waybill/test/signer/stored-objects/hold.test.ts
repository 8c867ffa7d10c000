import { refusal, spoiledFetch } from '@waybill/test-support/signer-storage'
import { describe, expect, it } from 'vitest'
import type { SignerEvent } from 'waybill'
import { NOTHING, storeFiles } from './stored-files.ts'

describe('an object lock', () => {
  const HELD_UNTIL = { 'x-amz-object-lock-retain-until-date': '2100-01-01T00:00:00Z' }
  const LEGAL = { 'x-amz-object-lock-legal-hold': 'ON' }
  const OVER = { 'x-amz-object-lock-retain-until-date': '2000-01-01T00:00:00Z' }

  /** The S3 of a bucket in which versions are held. The local S3 has no Object Lock. */
  function withHold(lock: Record<string, string>, answer = refusal(403, 'AccessDenied')) {
    const held: { versionIds: readonly string[] } = { versionIds: [] }
    const spoiled = spoiledFetch(({ operation, url }) => {
      const isHeld = held.versionIds.includes(url.searchParams.get('versionId') ?? 'newest')
      return isHeld && operation === 'DELETE object' ? answer.clone() : undefined
    })
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await spoiled.fetch(input, init)
      const versionId = new URL(String(input)).searchParams.get('versionId') ?? 'newest'
      if (init?.method !== 'HEAD' || !held.versionIds.includes(versionId)) return response
      return new Response(null, { headers: { ...Object.fromEntries(response.headers), ...lock } })
    }
    const lists = () => spoiled.calls.filter(({ url }) => url.searchParams.has('versions')).length
    return { held, fetch, lists }
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
    held.versionIds = [versionId]
    expect(await call('/remove', { receipt })).toMatchObject({
      ...{ status: 409, code: 'OBJECT_HELD' },
      error: { message: 'a hold keeps one version of the object, hidden from readers' },
    })
    expect((await ask('HEAD', key)).status).toBe(404)
    expect(await versions()).toEqual({ objects: 1, markers: 1 })
    held.versionIds = []
    expect(await call('/remove', { receipt })).toMatchObject({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
  })

  it('keeps all versions under it, and reports how many were deleted', async () => {
    const events: SignerEvent[] = []
    const { held, fetch, lists } = withHold(LEGAL)
    const { grant, call, ask, versions } = await storeFiles({
      fetch,
      onEvent: (event) => events.push(event),
    })
    const { send, complete, key } = await grant()
    await send()
    const { receipt, versionId = '' } = await complete()
    await send()
    await send()
    const newest = (await ask('HEAD', key)).headers.get('x-amz-version-id') ?? ''
    held.versionIds = [versionId, newest]
    events.length = 0
    expect(await call('/remove', { receipt })).toMatchObject({
      ...{ status: 409, code: 'OBJECT_HELD' },
      error: { message: 'a hold keeps 2 versions of the object, hidden from readers' },
    })
    expect(events).toMatchObject([
      { type: 'removal', versions: 1 },
      { type: 'refusal', code: 'OBJECT_HELD' },
    ])
    expect(await versions()).toEqual({ objects: 2, markers: 1 })
    // What is left is known: it is not listed once more.
    expect(lists()).toBe(1)
  })

  it('that is over is ignored: S3 refused for another reason', async () => {
    const { held, fetch } = withHold(OVER)
    const { upload, call } = await storeFiles({ fetch })
    const { receipt, versionId = '' } = await upload()
    held.versionIds = [versionId]
    expect(await call('/remove', { receipt })).toMatchObject({
      ...{ status: 403, code: 'STORAGE_REFUSED' },
    })
  })

  it('is not looked for if S3 fails for another reason', async () => {
    const { held, fetch } = withHold(LEGAL, refusal(400, 'InvalidRequest'))
    const { upload, call } = await storeFiles({ fetch })
    const { receipt, versionId = '' } = await upload()
    held.versionIds = [versionId]
    expect(await call('/remove', { receipt })).not.toMatchObject({ code: 'OBJECT_HELD' })
  })
})
