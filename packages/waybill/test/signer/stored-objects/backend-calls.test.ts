/**
 * What an application's own server may do with its owners' files, by a token whose scope is
 * `backend`.
 *
 * @module
 */

import { signerOf } from '@waybill/test-support/signer-storage'
import { codeOf, FILE, post } from '@waybill/test-support/signing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SignerRequest, UploadLimits } from 'waybill'
import { tokenAuthorize, uploadToken } from 'waybill/signer'
import { RULES, type StoredFiles, storeFiles } from './stored-files.ts'

const KEYS = { secret: 'a-token-secret-of-more-than-32-characters', audience: 'https://s.example' }

const PATHS = ['/verdict', '/link', '/remove', '/claim'] as const

let files: StoredFiles
let ask: Awaited<ReturnType<typeof setUp>>

/** A signer of the same files whose callers have tokens. */
async function setUp() {
  const now = () => files.clock.now
  const authorize = tokenAuthorize({ ...KEYS, now })
  const withoutOwner = async (request: SignerRequest, context: unknown) => {
    const { owner: _, ...others } = Object(await authorize(request, context))
    return others
  }
  const { closed, drafts, open } = RULES
  const rules = {
    closed: { ...closed, authorize },
    drafts: { ...drafts, authorize },
    open: { ...open, authorize },
    ownerless: { ...open, authorize: withoutOwner },
  }
  const signer = signerOf(files.s3, rules, { effects: { now } })
  return async (path: string, body: object, options: object = {}) => {
    const token = await uploadToken({ ...KEYS, now, owner: 'ada', scope: 'backend', ...options })
    const response = await post(signer, path, body, { authorization: `Bearer ${token}` })
    const answer = JSON.parse(response.body || '{}')
    return { status: response.status, code: codeOf(response), answer }
  }
}

beforeEach(async () => {
  files = await storeFiles()
  ask = await setUp()
})

describe('a token with the scope backend', () => {
  it.each(['receipt', 'key'] as const)(
    'allows all calls for a file of its owner, whatever the rule says, by %s',
    async (by) => {
      const { receipt, key, versionId } = await files.upload({ rule: 'closed' })
      const body = by === 'receipt' ? { receipt } : { rule: 'closed', key, versionId }
      expect((await ask('/verdict', body)).answer).toEqual({ verdict: 'pending' })
      const { answer } = await ask('/link', body)
      expect(await (await fetch(answer.url)).text()).toBe('the lease')
      files.forward(30) // a receipt from a page would be too old
      expect((await ask('/claim', body)).status).toBe(200)
      expect((await ask('/remove', body)).answer).toEqual({ removed: 1 })
      expect((await ask('/verdict', body)).code).toBe('OBJECT_NOT_FOUND')
    },
  )

  it('claims a file, and learns what the receipt says', async () => {
    const { receipt, key, versionId } = await files.upload({ rule: 'drafts' })
    expect(await files.tagsOf(key)).toEqual({ 'waybill-claim': '2' })
    const { status, answer } = await ask('/claim', { receipt })
    expect(status).toBe(200)
    const { lastModified, ...read } = await files.signer.readReceipt(receipt, { owner: 'ada' })
    expect(answer).toEqual({
      ...JSON.parse(JSON.stringify(read)),
      lastModified: lastModified.toISOString(),
    })
    expect(await files.tagsOf(key)).toEqual({})
    expect((await ask('/claim', { rule: 'drafts', key })).answer).toEqual({
      ...{ bucket: 'uploads', key, versionId },
    })
  })

  it.each(PATHS)('does not reach files of others, or of nobody, with %s', async (path) => {
    for (const headers of [{ 'x-user': 'eve' }, {}]) {
      const rule = 'x-user' in headers ? 'closed' : 'open'
      const { receipt, key } = await files.upload({ rule, headers })
      expect((await ask(path, { receipt })).code).toBe('RECEIPT_OWNER')
      expect((await ask(path, { rule, key })).code).toBe('WAYBILL_NOT_YOURS')
      const other = rule === 'open' ? 'closed' : 'drafts'
      expect((await ask(path, { rule: other, key })).status).toBe(403)
    }
    expect(await files.versions()).toMatchObject({ objects: 2 })
  })

  it.each(PATHS)('names no file by its key with %s if authorize drops the owner', async (path) => {
    const { key } = await files.upload({ rule: 'open', headers: {} })
    expect((await ask(path, { rule: 'ownerless', key })).code).toBe('FORBIDDEN')
  })

  it.each(PATHS)('is held to the rule that %s names', async (path) => {
    const { key } = await files.upload({ rule: 'closed' })
    expect((await ask(path, { rule: 'drafts', key })).code).toBe('WAYBILL_INVALID')
    expect((await ask(path, { key })).code).toBe('RULE_UNKNOWN')
    const only: UploadLimits = { rules: ['drafts'] }
    expect((await ask(path, { rule: 'closed', key }, { only })).code).toBe('FORBIDDEN')
  })

  it.each<[string, object]>([
    ['', { rule: 'closed', files: [FILE] }],
    ['/', { rule: 'closed', files: [FILE] }],
    ['/parts', { uploadId: 'x', from: 1, count: 1 }],
    ['/list', { uploadId: 'x' }],
    ['/complete', {}],
    ['/abort', {}],
  ])("cannot be used for '%s'", async (path, body) => {
    const { waybill } = await files.grant({ rule: 'closed' })
    expect(await ask(path, { ...body, waybill })).toMatchObject({ status: 403, code: 'FORBIDDEN' })
  })
})

describe('a token of a page', () => {
  it.each(PATHS)('cannot name a file by its key with %s', async (path) => {
    const { key } = await files.upload({ rule: 'closed' })
    for (const name of [key, 'not-there']) {
      const { code } = await ask(path, { rule: 'closed', key: name }, { scope: undefined })
      expect(code).toBe('FORBIDDEN')
    }
  })

  it('cannot claim a file', async () => {
    const { receipt } = await files.upload({ rule: 'drafts' })
    expect((await ask('/claim', { receipt }, { scope: undefined })).code).toBe('FORBIDDEN')
    expect(await files.call('/claim', { receipt })).toMatchObject({ code: 'FORBIDDEN' })
  })

  it('is held to what the rule allows', async () => {
    const { receipt } = await files.upload({ rule: 'closed' })
    const call = (path: string) => ask(path, { receipt }, { scope: undefined })
    expect((await call('/link')).code).toBe('READ_NOT_ALLOWED')
    expect((await call('/remove')).code).toBe('REMOVE_NOT_ALLOWED')
    expect((await call('/verdict')).status).toBe(200)
  })
})

describe('a key in a body', () => {
  it.each([
    { key: 7 },
    { key: '' },
    { key: '../a' },
    { key: '/a' },
    { key: 'a\0' },
    { key: 'a'.repeat(1025) },
    { key: 'a', rule: 7 },
    { key: 'a', versionId: '' },
    { key: 'a', versionId: 7 },
    { key: null },
  ])('must be valid: %j', async (body) => {
    expect((await ask('/claim', { rule: 'closed', ...body })).code).toBe('REQUEST_INVALID')
  })

  it('does not count if there is a receipt, too', async () => {
    const { key } = await files.upload({ rule: 'closed' })
    expect((await ask('/verdict', { rule: 'closed', key, receipt: 'x' })).code).toBe(
      'RECEIPT_INVALID',
    )
  })
})
