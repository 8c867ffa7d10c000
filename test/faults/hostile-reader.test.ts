/**
 * A reader of the bucket takes the waybill from an object's metadata and presents it: with that alone every call is
 * refused, even where `authorize` cannot tell the reader from the uploader.
 *
 * @module
 */

import { sha256Of } from '@waybill/test-support/sha256-of'
import { BUCKET, type System, startSystem } from '@waybill/test-support/system'
import { postForm } from '@waybill/test-support/upload-form'
import { describe, expect, it } from 'vitest'
import type { CreateResponse, UploadGrant } from 'waybill'
import { signRequest } from 'waybill-s3'

const BYTES = 'a report that readers of the bucket may read'
const OWNER = { 'content-type': 'application/json', 'x-owner': 'everybody' }

async function call(system: System, path: string, body: object) {
  const response = await fetch(`${system.endpoint}${path}`, {
    method: 'POST',
    headers: OWNER,
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

/** @returns An upload of strategy `post` whose bytes S3 has. */
async function stored(system: System): Promise<UploadGrant> {
  const file = { name: 'report.txt', size: BYTES.length, type: 'text/plain' }
  const { body } = await call(system, '', { files: [{ ...file, sha256: await sha256Of(BYTES) }] })
  const [grant] = (body as CreateResponse).uploads
  if (!grant || 'error' in grant || grant.strategy !== 'post') throw new Error(JSON.stringify(body))
  expect((await postForm(grant.presignedPost, BYTES)).status).toBe(204)
  return grant
}

/** @returns The waybill that HEAD tells a reader of the object. */
async function readWaybill({ s3 }: System, key: string): Promise<string> {
  const { region, endpoint, credentials } = s3
  const { url, headers } = await signRequest({
    bucket: BUCKET,
    region,
    endpoint,
    credentials,
    method: 'HEAD',
    key,
  })
  const response = await fetch(url, { method: 'HEAD', headers })
  const waybill = response.headers.get('x-amz-meta-waybill')
  if (!waybill) throw new Error(`HEAD answered ${response.status} without a waybill`)
  return waybill
}

/** An authentication code of the right length and of the reader's own. */
const INVENTED = `~${'A'.repeat(22)}`

const CALLS: readonly (readonly [path: string, more: object])[] = [
  ['/parts', { uploadId: 'x', from: 1, count: 1 }],
  ['/list', { uploadId: 'x' }],
  ['/complete', {}],
  ['/complete', { uploadId: 'x', crc64nvme: 'AAAAAAAAAAA=' }],
  ['/abort', {}],
  ['/abort', { uploadId: 'x' }],
]

describe("a waybill from an object's metadata", () => {
  it('is rejected on every call, both by an instance that knows the upload and by one that does not', async () => {
    const system = await startSystem()
    const grant = await stored(system)
    const read = await readWaybill(system, grant.key)
    expect(grant.waybill.startsWith(read)).toBe(true)
    for (const waybill of [read, `${read}${INVENTED}`, `${read}~`]) {
      for (const [path, more] of CALLS) {
        const { status, body } = await call(system, path, { waybill, ...more })
        expect([path, status, body.error?.code]).toEqual([path, 400, 'WAYBILL_INVALID'])
      }
      const { body } = await call(system, '/complete', { uploads: [{ waybill }] })
      expect(body.uploads[0].error.code).toBe('WAYBILL_INVALID')
    }
    expect(system.completed).toEqual([])
    expect((await call(system, '/complete', { waybill: grant.waybill })).status).toBe(200)
    expect(system.completed).toEqual([grant.key])
    await system.restartSigner()
    const { status } = await call(system, '/complete', { waybill: read })
    expect(status).toBe(400)
    expect(system.completed).toEqual([grant.key])
  })
})
