import { describe, expect, it } from 'vitest'
import { formRequest } from '../../../../test/conformance/request/form.ts'
import { policyText, putPolicy } from '../../../../test/conformance/request/policy-case.ts'
import { signHeader } from '../../../../test/conformance/request/signing.ts'
import type { System } from '../../../../test/conformance/system.ts'
import { start } from '../start.ts'

const OWNER = { accessKeyId: 'owner', secretAccessKey: 'owner-secret' }
const READER = { accessKeyId: 'reader', secretAccessKey: 'reader-secret', readOnly: true }
const TENANT = { accessKeyId: 'tenant', secretAccessKey: 'tenant-secret', prefix: 'tenant/' }

describe("a key pair's rights", () => {
  it('let a reader read and do nothing else', async () => {
    const { system } = await start({ credentials: [OWNER, READER] })
    await system.put('a', 'hello')
    const as = { credentials: READER }
    expect((await system.reply({ key: 'a', ...as })).status).toBe(200)
    expect((await system.reply({ query: { 'list-type': '2' }, ...as })).status).toBe(200)
    for (const ask of [
      { method: 'PUT', key: 'a', body: 'x' },
      { method: 'DELETE', key: 'a' },
      { method: 'POST', key: 'a', query: { uploads: '' } },
    ]) {
      expect((await system.reply({ ...ask, ...as })).code).toBe('AccessDenied')
    }
    const form = await formRequest({ ...system.signer, ...as }, { bucket: 'uploads', key: 'b' })
    expect((await system.send(form)).code).toBe('AccessDenied')
    expect(await system.keys()).toEqual(['a'])
  })

  it('keep a tenant within its prefix', async () => {
    const { system } = await start({ credentials: [OWNER, TENANT] })
    await system.put('other', 'hello')
    const as = { credentials: TENANT }
    const status = async (ask: Parameters<System['signed']>[0]) =>
      (await system.reply({ ...ask, ...as })).status
    expect(await status({ method: 'PUT', key: 'tenant/a', body: 'x' })).toBe(200)
    expect(await status({ key: 'tenant/a' })).toBe(200)
    expect(await status({ query: { 'list-type': '2', prefix: 'tenant/' } })).toBe(200)
    expect(await status({ key: 'other' })).toBe(403)
    expect(await status({ method: 'PUT', key: 'tenantx', body: 'x' })).toBe(403)
    expect(await status({ query: { 'list-type': '2' } })).toBe(403)
    expect(await status({ query: { versions: '', prefix: 'tenant/' } })).toBe(200)
    expect(await status({ query: { versions: '' } })).toBe(403)
    const copy = { 'x-amz-copy-source': 'uploads/other' }
    expect(await status({ method: 'PUT', key: 'tenant/b', headers: copy })).toBe(403)
    const outside = await formRequest({ ...system.signer, ...as }, { bucket: 'uploads', key: 'b' })
    expect((await system.send(outside)).code).toBe('AccessDenied')
  })
})

describe('a bucket policy', () => {
  async function deny(region: string, principal: string, action: string) {
    const { system } = await start({ credentials: [OWNER], region })
    await system.put('a', 'hello')
    const [, partition] = /^arn:([\w-]+):/.exec(principal) ?? []
    const resource = `arn:${partition}:s3:::uploads/*`
    const who = { Effect: 'Deny', Principal: { AWS: principal } }
    const body = JSON.stringify({ Statement: [{ ...who, Action: action, Resource: resource }] })
    await system.expectReply(204, { method: 'PUT', query: { policy: '' }, body })
    return system
  }
  const status = async (system: System, query = {}) => {
    const headers = { 'x-amz-object-attributes': 'ObjectSize' }
    return (await system.reply({ key: 'a', query, headers })).status
  }

  it('that denies access to an object also denies access to its attributes', async () => {
    const system = await deny('us-east-1', 'arn:aws:iam::123456789012:root', 's3:GetObject')
    expect([await status(system), await status(system, { attributes: '' })]).toEqual([403, 403])
  })

  it("also identifies callers by its region's partition", async () => {
    for (const principal of ['root', 'user/owner']) {
      const arn = `arn:aws-cn:iam::123456789012:${principal}`
      expect(await status(await deny('cn-north-1', arn, 's3:GetObject'))).toBe(403)
    }
  })
})

describe('a virtual-hosted address', () => {
  it('contains the bucket in its host', async () => {
    const { system } = await start()
    const port = Number(new URL(system.target.endpoint).port)
    const signer = { ...system.signer, host: `uploads.localhost:${port}` }
    const put = await signHeader(signer, { method: 'PUT', path: '/a b', body: 'hello' })
    expect((await system.send(put)).status).toBe(200)
    expect(await system.read('a b')).toBe('hello')
    const form = await formRequest(signer, { bucket: 'uploads', key: 'form', path: '/' })
    const reply = await system.send(form)
    expect([reply.status, reply.headers.location]).toEqual([
      204,
      `http://uploads.localhost:${port}/form`,
    ])
  })

  it('may be a subdomain of a domain from the options', async () => {
    const { system } = await start({ domains: ['s3.test'] })
    const signer = { ...system.signer, host: 'uploads.s3.test' }
    const list = await signHeader(signer, { method: 'GET', path: '/', query: { 'list-type': '2' } })
    const reply = await system.send(list)
    expect(reply.body.toString()).toContain('<Name>uploads</Name>')
  })

  it.each(['uploads.s3.localhost', 's3.localhost'])('is recognized as %s', async (host) => {
    const { system } = await start({ domains: ['s3.localhost'] })
    const path = host.startsWith('uploads') ? '/' : '/uploads'
    const list = await signHeader({ ...system.signer, host }, { method: 'GET', path })
    const reply = await system.send(list)
    expect(reply.body.toString()).toContain('<Name>uploads</Name>')
  })
})

describe('a presigned URL', () => {
  it.each(['PUT', 'DELETE'])(
    'for a %s applies its own condition, whatever the header says',
    async (method) => {
      const { system } = await start()
      const { headers } = await system.put('a', 'hello')
      const query = { 'If-Match': '"other"' }
      const unsignedHeaders = { 'if-match': headers.etag ?? '' }
      const url = await system.presigned({ method, key: 'a', query, unsignedHeaders })
      expect((await system.send(url)).status).toBe(412)
      expect(await system.read('a')).toBe('hello')
    },
  )
})

describe('a policy that allows only conditional writes', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
  const CONDITIONAL = {
    Effect: 'Deny',
    Action: 's3:PutObject',
    Condition: {
      Null: { 's3:if-none-match': 'true' },
      Bool: { 's3:ObjectCreationOperation': 'true' },
    },
  } as const
  const WANTED = { 'if-none-match': '*' }

  async function guarded(): Promise<System> {
    const { system } = await start()
    await system.expect(204, await putPolicy(system, policyText(system, CONDITIONAL)))
    return system
  }

  it('allows UploadPart, but denies CompleteMultipartUpload without a condition', async () => {
    const system = await guarded()
    const uploadId = await system.createUpload()
    const parts = [[1, await system.uploadPart(uploadId, 1, 'x')]] as const
    await system.expect(403, await system.complete(uploadId, parts))
    await system.expect(200, await system.complete(uploadId, parts, WANTED))
  })

  it("denies a form, even with a condition's header, because forms replace objects", async () => {
    const system = await guarded()
    const form = await system.form({ key: 'a' })
    await system.expect(403, { ...form, headers: { ...form.headers, ...WANTED } })
  })
})
