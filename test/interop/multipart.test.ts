/**
 * Part URLs and the multipart operations around them, against stores that we did not write.
 *
 * @module
 */

import { expect, it } from 'vitest'
import { type PartWindow, partUrl, planParts, presignParts } from 'waybill-s3'
import { parseXml, textOf, xmlDocument } from '../../packages/waybill-s3/src/xml.ts'
import {
  answerOf,
  describeStores,
  type ForeignBucket,
  keysIn,
  type StoreAnswer,
  send,
} from './foreign-bucket.ts'

const MIB = 1024 ** 2
const file = new Uint8Array(11 * MIB).map((_, index) => (index * 7 + (index >> 16)) % 256)
const plan = planParts(file.length, 5 * MIB)

async function create(place: ForeignBucket, key: string): Promise<string> {
  const { text } = await send(place, { method: 'POST', key, query: { uploads: '' } })
  return textOf(parseXml(text), 'UploadId') ?? ''
}

function window(place: ForeignBucket, key: string, uploadId: string): Promise<PartWindow> {
  return presignParts({ ...place, key, uploadId, plan, from: 1, count: plan.partCount })
}

async function sendPart(url: string, body: Uint8Array<ArrayBuffer>): Promise<StoreAnswer> {
  return answerOf(await fetch(url, { method: 'PUT', body }))
}

/** @returns The parts' ETags. */
async function sendAll(parts: PartWindow): Promise<string[]> {
  const etags: string[] = []
  for (let number = 1; number <= plan.partCount; number += 1) {
    const body = file.subarray((number - 1) * plan.partSize, number * plan.partSize)
    const { headers, status, text } = await sendPart(partUrl(parts, number), body)
    if (status !== 200) throw new Error(`part ${number}: ${status} ${text}`)
    etags.push(headers.get('etag') ?? '')
  }
  return etags
}

function complete(
  place: ForeignBucket,
  key: string,
  uploadId: string,
  parts: readonly (readonly [number, string])[],
): Promise<StoreAnswer> {
  const body = xmlDocument({
    name: 'CompleteMultipartUpload',
    children: parts.map(([number, etag]) => ({
      name: 'Part',
      children: [
        { name: 'PartNumber', text: String(number) },
        { name: 'ETag', text: etag },
      ],
    })),
  })
  return send(place, { method: 'POST', key, query: { uploadId }, body })
}

const numbered = (etags: readonly string[]) =>
  etags.map((etag, index) => [index + 1, etag] as const)

describeStores('a multipart upload by presigned parts', (place, itUnless) => {
  it.each([
    ['one byte too long', 1],
    ['one byte too short', -1],
  ])('rejects a part that is %s', async (_, by) => {
    const uploadId = await create(place, 'length')
    const parts = await window(place, 'length', uploadId)
    const answer = await sendPart(partUrl(parts, 1), new Uint8Array(plan.partSize + by))
    expect([answer.status, answer.code]).toEqual([403, 'SignatureDoesNotMatch'])
  })

  it("rejects another part's number, another upload's id and a changed signature", async () => {
    const uploadId = await create(place, 'hostile')
    const other = await create(place, 'other')
    const url = partUrl(await window(place, 'hostile', uploadId), 1)
    const changed = [
      url.replace('partNumber=1', 'partNumber=2'),
      url.replace(encodeURIComponent(uploadId), encodeURIComponent(other)),
      url.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    ]
    for (const hostile of changed) {
      const answer = await sendPart(hostile, file.subarray(0, plan.partSize))
      expect([answer.status, answer.code]).toEqual([403, 'SignatureDoesNotMatch'])
    }
  })

  it('stores nothing if the listed parts are not those that were sent', async () => {
    const uploadId = await create(place, 'wrong')
    const etags = await sendAll(await window(place, 'wrong', uploadId))
    const wrong = numbered(etags.map((etag, index) => (index === 1 ? (etags[0] ?? '') : etag)))
    expect((await complete(place, 'wrong', uploadId, wrong)).code).toBe('InvalidPart')
    const missing = [...numbered(etags), [9, etags[0] ?? ''] as const]
    expect((await complete(place, 'wrong', uploadId, missing)).code).toBe('InvalidPart')
    expect(await keysIn(place)).not.toContain('wrong')
  })

  itUnless({ radosgw: 'takes the list in any order' })('refuses parts out of order', async () => {
    const uploadId = await create(place, 'order')
    const etags = await sendAll(await window(place, 'order', uploadId))
    const answer = await complete(place, 'order', uploadId, numbered(etags).reverse())
    expect(answer.code).toBe('InvalidPartOrder')
  })

  itUnless({ radosgw: 'takes part 10,001' })('refuses part 10,001', async () => {
    const uploadId = await create(place, 'many')
    const query = { uploadId, partNumber: '10001' }
    const answer = await send(place, { method: 'PUT', key: 'many', query, body: 'x' })
    expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument'])
  })
})
