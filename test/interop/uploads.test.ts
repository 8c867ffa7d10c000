/**
 * Signer and client against stores that we did not write: all three strategies, and what is refused.
 *
 * @module
 */

import { expect, it, onTestFinished } from 'vitest'
import type { MultipartGrant } from 'waybill'
import { partUrl } from 'waybill-s3'
import { startFaultProxy } from '../../packages/strict-s3/src/faults/fault-proxy.ts'
import {
  describeStores,
  type ForeignBucket,
  keysIn,
  readBack,
  uploadsIn,
} from './foreign-bucket.ts'
import { type ForeignUploads, fileOf, PART_SIZE, startUploads } from './foreign-uploads.ts'

const MIB = 1024 ** 2

describeStores('an upload by presigned POST', (place) => singleUploads(place, 'post'), {
  swift: "has no POST Object: singleRequest 'put' is for it",
})
describeStores('an upload by presigned PUT', (place) => singleUploads(place, 'put'))

function singleUploads(place: ForeignBucket, singleRequest: 'post' | 'put'): void {
  it.each([0, 1, 70_000, 5 * MIB])('with %i bytes arrives unchanged', async (size) => {
    const { uploader, completed } = await startUploads(place, singleRequest)
    const file = fileOf(size)
    const done = await uploader().upload(file).done
    // AWS tells the SHA-256 that was sent; neither of these stores does, so the length is what is left.
    const verifiedBy = 'size'
    expect(done).toMatchObject({ size, key: expect.stringContaining('film ü.mp4'), verifiedBy })
    expect(completed.filter((key) => key === done.key)).toHaveLength(1)
    const stored = await readBack(place, done.key)
    expect(stored.body.equals(Buffer.from(await file.arrayBuffer()))).toBe(true)
    expect(stored.headers.get('content-type')).toBe('video/mp4')
    expect(stored.headers.get('x-amz-meta-waybill')).toMatch(/^[\w.-]+$/)
  })

  it('cannot be completed before it is there, nor by anybody but its owner', async () => {
    const { call, completed } = await startUploads(place, singleRequest)
    const sha256 = 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='
    const files = [{ name: 'none.mp4', size: 3, type: 'video/mp4', sha256 }]
    const { uploads } = await call('a', '', { files })
    const [grant] = uploads as { waybill: string; key: string }[]
    const waybill = grant?.waybill ?? ''
    expect(await call('a', '/complete', { waybill })).toMatchObject({
      error: { code: 'OBJECT_NOT_FOUND' },
    })
    expect(await call('b', '/complete', { waybill })).toMatchObject({
      error: { code: 'WAYBILL_NOT_YOURS' },
    })
    expect(completed).not.toContain(grant?.key)
  })
}

describeStores('an upload in parts', (place) => {
  it.each([PART_SIZE * 4, 17 * MIB + 1])('with %i bytes arrives unchanged', async (size) => {
    const { uploader, completed } = await startUploads(place, 'put')
    const file = fileOf(size)
    const done = await uploader().upload(file).done
    expect(done.size).toBe(size)
    expect(completed.filter((key) => key === done.key)).toHaveLength(1)
    const stored = await readBack(place, done.key)
    expect(stored.body.equals(Buffer.from(await file.arrayBuffer()))).toBe(true)
    expect(stored.headers.get('content-type')).toBe('video/mp4')
    expect(await uploadsIn(place)).toEqual([])
  })

  it('resumes after a pause with the parts that the store lists', async () => {
    const { upload, proxy } = await stuckUpload(place)
    upload.pause()
    expect(upload.state).toBe('paused')
    proxy.usePlan(() => undefined)
    upload.resume()
    const { key } = await upload.done
    const stored = await readBack(place, key)
    expect(stored.body.equals(Buffer.from(await file.arrayBuffer()))).toBe(true)
    expect(proxy.exchanges.map(({ request }) => request.operation)).toContain('ListParts')
  })

  it('leaves nothing behind when it is aborted', async () => {
    const keys = await keysIn(place)
    const { upload, proxy, completed } = await stuckUpload(place)
    const before = completed.length
    upload.abort()
    await expect(upload.done).rejects.toMatchObject({ code: 'ABORTED' })
    const aborted = () =>
      proxy.exchanges.some(({ request: { operation }, ended }) => {
        return operation === 'AbortMultipartUpload' && ended
      })
    await proxy.until(aborted)
    expect(await uploadsIn(place)).toEqual([])
    expect(await keysIn(place)).toEqual(keys)
    expect(completed).toHaveLength(before)
  })

  it('can be completed twice, even by another instance', async () => {
    const { call, completed } = await startUploads(place, 'put')
    const { call: callOther } = await startUploads(place, 'put')
    const grant = await begin(call, 'a')
    await sendParts(grant)
    const first = await call('a', '/complete', reference(grant))
    expect(first).toMatchObject({ key: grant.key, size: file.size })
    expect(await call('a', '/complete', reference(grant))).toEqual(first)
    expect(completed.filter((key) => key === grant.key)).toHaveLength(1)
    // An instance that knows nothing of it finds the object, and tells the rule too.
    const other = await callOther('a', '/complete', reference(grant))
    // Each instance seals a receipt of its own.
    expect(other).toEqual({ ...first, receipt: expect.any(String) })
    expect(completed.filter((key) => key === grant.key)).toHaveLength(2)
  })

  it('is rejected by name if parts are missing, and can continue', async () => {
    const { call } = await startUploads(place, 'put')
    const grant = await begin(call, 'a')
    await sendParts(grant, 2)
    expect(await call('a', '/complete', reference(grant))).toMatchObject({
      error: { code: 'UPLOAD_INCOMPLETE' },
    })
    const { parts } = await call('a', '/list', reference(grant))
    expect(parts).toMatchObject([{ partNumber: 2, size: PART_SIZE }])
    await sendParts(grant)
    expect(await call('a', '/complete', reference(grant))).toMatchObject({ size: file.size })
  })

  it("accepts parts through both of the bucket's hosts", async () => {
    const { call } = await startUploads(place, 'put')
    const grant = await begin(call, 'a')
    const { count } = grant.parts
    const request = { ...reference(grant), from: 1, count, secondHost: true }
    const second = (await call('a', '/parts', request)) as unknown as MultipartGrant['parts']
    const hosts = [grant.parts, second].map(({ url }) => new URL(url).hostname)
    expect(hosts.sort()).toEqual(['127.0.0.1', 'localhost'])
    for (let number = 1; number <= count; number += 1) {
      await sendParts(number % 2 === 0 ? grant : { ...grant, parts: second }, number)
    }
    expect(await call('a', '/complete', reference(grant))).toMatchObject({ size: file.size })
    const stored = await readBack(place, grant.key)
    expect(stored.body.equals(Buffer.from(await file.arrayBuffer()))).toBe(true)
  })

  it('is gone once it is aborted, and can be aborted twice', async () => {
    const { call } = await startUploads(place, 'put')
    const grant = await begin(call, 'a')
    await sendParts(grant, 1)
    for (let count = 0; count < 2; count += 1) {
      expect(await call('a', '/abort', reference(grant))).toEqual({})
    }
    for (const path of ['/list', '/complete']) {
      expect(await call('a', path, reference(grant))).toMatchObject({
        error: { code: 'UPLOAD_NOT_FOUND' },
      })
    }
    expect(await uploadsIn(place)).toEqual([])
  })
})

const file = fileOf(11 * MIB)
type Call = ForeignUploads['call']

async function begin(call: Call, owner: string): Promise<MultipartGrant> {
  const { name, size, type } = file
  const { uploads } = await call(owner, '', { files: [{ name, size, type }] })
  const [grant] = uploads as [MultipartGrant]
  expect(grant.strategy).toBe('multipart')
  return grant
}

/** An upload that has sent all parts but the second, which does not move. */
async function stuckUpload(place: ForeignBucket) {
  const proxy = await startFaultProxy({
    upstream: place.endpoint,
    plan: ({ partNumber }) =>
      partNumber === 2 ? { kind: 'stall-request', afterBytes: 1000 } : undefined,
  })
  onTestFinished(() => proxy.close())
  const through = { ...place, endpoint: proxy.endpoint }
  const { uploader, completed } = await startUploads(through, 'put')
  const upload = uploader().upload(file, { name: 'stuck.mp4' })
  const isSent = (part: number) =>
    proxy.exchanges.some(({ request, status }) => request.partNumber === part && status === 200)
  await proxy.until(() => proxy.stalled === 1 && isSent(1) && isSent(3))
  return { upload, proxy, completed }
}

const reference = ({ waybill, uploadId }: MultipartGrant) => ({ waybill, uploadId })

/** @param only - One part instead of all. */
async function sendParts({ parts, partSize }: MultipartGrant, only?: number): Promise<void> {
  const window = { ...parts, expiration: new Date(parts.expiration) }
  for (let number = 1; number <= parts.count; number += 1) {
    if (only !== undefined && number !== only) continue
    const body = file.slice((number - 1) * partSize, number * partSize)
    const response = await fetch(partUrl(window, number), { method: 'PUT', body })
    expect([response.status, await response.text()]).toEqual([200, ''])
  }
}
