import { refusal, signerOf, spoiledFetch } from '@waybill/test-support/signer-storage'
import { codeOf, post, SECRET } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { SignerEvent } from 'waybill'
import { createArrival } from 'waybill/arrival'
import { ADA, EVE, RULES, type StoredFiles, storeFiles } from './stored-files.ts'

const TEXT_AS_PNG = { name: 'a.png', type: 'image/png', text: 'no picture' }

function scanning({ s3, clock }: StoredFiles) {
  const { region, endpoint, credentials } = s3
  const effects = { now: () => clock.now }
  const place = { bucket: 'uploads', region, endpoint, credentials }
  return createArrival({ ...place, secret: SECRET, requireScan: true, effects })
}

describe.each([
  ['with versions', true],
  ['without versions', false],
])('POST /verdict in a bucket %s', (_which, versions) => {
  it("returns arrival's verdict to the owner, and pending before", async () => {
    const { upload, call, judge } = await storeFiles({ versions, pendingTag: true })
    const good = await upload()
    const bad = await upload(TEXT_AS_PNG)
    const verdicts = () =>
      Promise.all([good, bad].map(({ receipt }) => call('/verdict', { receipt })))
    const pending = { status: 200, code: undefined, verdict: 'pending' }
    expect(await verdicts()).toEqual([pending, pending])
    await Promise.all([good, bad].map(({ key }) => judge(key)))
    expect(await verdicts()).toEqual([
      { ...pending, verdict: 'verified' },
      { ...pending, verdict: 'rejected', reason: 'content-unproven' },
    ])
  })

  it('is pending for an object without tags', async () => {
    const { upload, call, tagsOf } = await storeFiles({ versions })
    const { receipt, key } = await upload()
    expect(await tagsOf(key)).toEqual({})
    expect(await call('/verdict', { receipt })).toMatchObject({ verdict: 'pending' })
  })

  it('is not-scanned until a scan has cleared the object, and rejected for malware', async () => {
    const files = await storeFiles({ versions, pendingTag: true })
    const { receipt, key, etag, versionId } = await files.upload()
    const arrival = scanning(files)
    const version = versionId === undefined ? {} : { versionId }
    const scan = (scanResult: string) =>
      arrival.judge({
        bucket: 'uploads',
        key,
        etag: etag.replaceAll('"', ''),
        ...version,
        scanResult,
      })
    const verdict = () => files.call('/verdict', { receipt })
    await arrival.judge({ bucket: 'uploads', key })
    expect(await verdict()).toEqual({ status: 200, code: undefined, verdict: 'not-scanned' })
    await scan('NO_THREATS_FOUND')
    expect(await verdict()).toMatchObject({ verdict: 'verified' })
    await scan('THREATS_FOUND')
    expect(await verdict()).toMatchObject({ verdict: 'rejected', reason: 'malware' })
  })

  it('is denied for a deleted object', async () => {
    const { upload, call } = await storeFiles({ versions })
    const { receipt } = await upload()
    await call('/remove', { receipt })
    expect(await call('/verdict', { receipt })).toMatchObject({
      ...{ status: 404, code: 'OBJECT_NOT_FOUND' },
    })
  })

  it("is about the receipt's file, and no other under the same key", async () => {
    const { upload, call, judge } = await storeFiles({ versions })
    const first = await upload({ rule: 'avatar', text: 'first' })
    await judge(first.key)
    const second = await upload({ rule: 'avatar', text: 'second' })
    expect(second.key).toBe(first.key)
    const [older, newer] = await Promise.all(
      [first, second].map(({ receipt }) => call('/verdict', { receipt })),
    )
    expect(older).toMatchObject(versions ? { verdict: 'verified' } : { code: 'OBJECT_MISMATCH' })
    expect(newer).toMatchObject({ verdict: 'pending' })
  })
})

describe('POST /verdict', () => {
  it('is allowed under a rule that allows neither links nor removal', async () => {
    const { upload, call } = await storeFiles()
    const { receipt } = await upload({ rule: 'closed' })
    expect(await call('/verdict', { receipt })).toMatchObject({ status: 200, verdict: 'pending' })
  })

  it('is denied to another person, and to an unknown caller', async () => {
    const { upload, call } = await storeFiles()
    const { receipt } = await upload()
    expect(await call('/verdict', { receipt }, EVE)).toMatchObject({
      ...{ status: 403, code: 'RECEIPT_OWNER' },
    })
    expect(await call('/verdict', { receipt }, {})).toMatchObject({
      ...{ status: 401, code: 'UNAUTHENTICATED' },
    })
  })

  it('is returned without an owner to anyone with the receipt, for a day', async () => {
    const { upload, call, forward } = await storeFiles()
    const { receipt } = await upload({ rule: 'guest', headers: {} })
    for (const caller of [{}, ADA]) {
      expect(await call('/verdict', { receipt }, caller)).toMatchObject({ verdict: 'pending' })
    }
    forward(1.1)
    expect(await call('/verdict', { receipt }, {})).toMatchObject({ code: 'RECEIPT_EXPIRED' })
  })

  it('is denied with a receipt for another prefix, for a deleted rule, or none', async () => {
    const files = await storeFiles()
    const { receipt } = await files.upload()
    const { document: _gone, ...rules } = RULES
    const elsewhere = signerOf(files.s3, RULES, { prefix: 'other/' })
    const without = signerOf(files.s3, rules)
    const codes = [elsewhere, without].map(async (signer) =>
      codeOf(await post(signer, '/verdict', { receipt }, ADA)),
    )
    expect(await Promise.all(codes)).toEqual(['RECEIPT_INVALID', 'RULE_UNKNOWN'])
    for (const wrong of [`${receipt}x`, '', undefined, null, 7, { receipt }]) {
      expect(await files.call('/verdict', { receipt: wrong })).toMatchObject({
        ...{ status: 400, code: 'RECEIPT_INVALID' },
      })
    }
  })

  it('is returned for many receipts at once, each with its own error', async () => {
    const events: SignerEvent[] = []
    const { upload, call, judge } = await storeFiles({ onEvent: (event) => events.push(event) })
    const [mine, other] = [await upload(), await upload({ headers: EVE })]
    await judge(mine.key)
    events.length = 0
    const receipts = [mine.receipt, other.receipt, 7]
    expect(await call('/verdict', { receipts })).toMatchObject({
      status: 200,
      verdicts: [
        { verdict: 'verified' },
        { error: { code: 'RECEIPT_OWNER' } },
        { error: { code: 'RECEIPT_INVALID' } },
      ],
    })
    expect(events).toMatchObject([
      { type: 'refusal', call: 'verdict', code: 'RECEIPT_INVALID' },
      { type: 'refusal', call: 'verdict', code: 'RECEIPT_OWNER', owner: 'eve', key: other.key },
    ])
    for (const wrong of [[], 'r', Array(101).fill(mine.receipt)]) {
      expect(await call('/verdict', { receipts: wrong })).toMatchObject({
        ...{ status: 400, code: 'REQUEST_INVALID' },
      })
    }
  })

  it('leaves out an unknown reason', async () => {
    const { upload, call, tag } = await storeFiles()
    const { receipt, key } = await upload()
    await tag(key, 'rejected')
    expect(await call('/verdict', { receipt })).toEqual({
      ...{ status: 200, code: undefined, verdict: 'rejected' },
    })
  })

  it('finds no object if arrival deletes it meanwhile', async () => {
    const { fetch } = spoiledFetch(({ url }) =>
      url.searchParams.has('tagging') ? refusal(404, 'NoSuchVersion') : undefined,
    )
    const { upload, call } = await storeFiles({ fetch })
    const { receipt } = await upload()
    expect(await call('/verdict', { receipt })).toMatchObject({
      ...{ status: 404, code: 'OBJECT_NOT_FOUND' },
    })
  })

  it('fails if the store has no tags, because no verdict can come', async () => {
    const { fetch } = spoiledFetch(({ url }) =>
      url.searchParams.has('tagging') ? refusal(501, 'NotImplemented') : undefined,
    )
    const { upload, call } = await storeFiles({ fetch, onError: () => {} })
    const { receipt } = await upload()
    expect(await call('/verdict', { receipt })).toMatchObject({
      ...{ status: 403, code: 'STORAGE_REFUSED' },
    })
  })

  it('causes no event, but its rejection does', async () => {
    const events: SignerEvent[] = []
    const { upload, call } = await storeFiles({ onEvent: (event) => events.push(event) })
    const { receipt, key } = await upload()
    events.length = 0
    await call('/verdict', { receipt })
    await call('/verdict', { receipt }, EVE)
    expect(events).toMatchObject([
      { type: 'refusal', call: 'verdict', code: 'RECEIPT_OWNER', owner: 'ada', key },
    ])
  })
})
