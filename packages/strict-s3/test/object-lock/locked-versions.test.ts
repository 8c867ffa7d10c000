import { LocalProcess } from '@waybill/test-support/local-process'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { startStrictS3 } from 'strict-s3'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { System } from '../../../../test/conformance/system.ts'
import { DAY_MS, iso, LockSystem, md5, retention, START } from './lock-system.ts'

const UNTIL = START + 10 * DAY_MS

let system: LockSystem

beforeEach(async () => {
  system = await LockSystem.start()
})

afterEach(() => system.server.close())

const LOCKS: readonly (readonly [string, Record<string, string>])[] = [
  ['governance', retention('GOVERNANCE', UNTIL)],
  ['compliance', retention('COMPLIANCE', UNTIL)],
  ['a legal hold', { 'x-amz-object-lock-legal-hold': 'ON' }],
]

describe.each(LOCKS)('a version under %s', (_lock, headers) => {
  it('outlives lifecycle rules, which delete it once it is unlocked', async () => {
    const id = await system.putLocked('a', 'kept', headers)
    const rule =
      '<Rule><Status>Enabled</Status><Filter/><Expiration><Days>1</Days></Expiration>' +
      '<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule>'
    const rules = `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`
    expect((await system.document({ lifecycle: '' }, rules)).status).toBe(200)
    for (let day = 1; day <= 8; day += 1) {
      system.nowMs = START + day * DAY_MS
      expect(await system.version('a', id)).toBe('kept')
    }
    expect((await system.ask({ key: 'a' })).code).toBe('NoSuchKey')
    await system.hold('a', id, 'OFF')
    system.nowMs = UNTIL + 60_000
    expect(await system.version('a', id)).toBeUndefined()
  })
})

describe('a retention period', () => {
  it('ends exactly on time, to the millisecond', async () => {
    const id = await system.putLocked('a', 'kept', retention('COMPLIANCE', UNTIL))
    system.nowMs = UNTIL - 1
    expect((await system.deleteVersion('a', id)).status).toBe(403)
    system.nowMs = UNTIL
    expect((await system.deleteVersion('a', id)).status).toBe(204)
  })

  it('does not end when a legal hold is released', async () => {
    const id = await system.putLocked('a', 'kept', {
      ...retention('COMPLIANCE', UNTIL),
      'x-amz-object-lock-legal-hold': 'ON',
    })
    system.nowMs = UNTIL
    expect((await system.deleteVersion('a', id)).status).toBe(403)
    system.nowMs = UNTIL - DAY_MS
    expect((await system.hold('a', id, 'OFF')).status).toBe(200)
    expect((await system.deleteVersion('a', id)).status).toBe(403)
  })

  const COMPLIANCE = [
    ['shortened', 'COMPLIANCE', UNTIL - 1],
    ['changed to governance', 'GOVERNANCE', UNTIL + DAY_MS],
  ] as const
  it.each(COMPLIANCE)(
    'in compliance mode cannot be %s, even with a bypass',
    async (_what, mode, until) => {
      const id = await system.putLocked('a', 'kept', retention('COMPLIANCE', UNTIL))
      for (const bypass of [false, true]) {
        expect((await system.retain('a', id, mode, until, bypass)).code).toBe('AccessDenied')
      }
      expect((await system.deleteVersion('a', id, true)).code).toBe('AccessDenied')
      const remove = { key: 'a', headers: { 'x-amz-bypass-governance-retention': 'true' } }
      const removed = await system.document(
        { retention: '', versionId: id },
        '<Retention/>',
        remove,
      )
      expect(removed.code).toBe('AccessDenied')
    },
  )

  it('can be extended in both modes without a bypass, and replaced once it has ended', async () => {
    for (const mode of ['GOVERNANCE', 'COMPLIANCE']) {
      const id = await system.putLocked(mode, 'kept', retention(mode, UNTIL))
      expect((await system.retain(mode, id, mode, UNTIL)).status).toBe(200)
      expect((await system.retain(mode, id, mode, UNTIL + DAY_MS)).status).toBe(200)
    }
    const id = await system.putLocked('a', 'kept', retention('COMPLIANCE', UNTIL))
    system.nowMs = UNTIL
    expect((await system.retain('a', id, 'GOVERNANCE', UNTIL + 1)).status).toBe(200)
  })

  it('must end in the future when it is set, in a header or in a document', async () => {
    const id = await system.putLocked('a', 'free', {})
    expect((await system.retain('a', id, 'GOVERNANCE', START)).code).toBe('InvalidArgument')
    expect((await system.retain('a', id, 'GOVERNANCE', START + 1)).status).toBe(200)
    const headers = { 'content-md5': md5('x'), ...retention('GOVERNANCE', START) }
    const put = await system.ask({ method: 'PUT', key: 'b', body: 'x', headers })
    expect(put.code).toBe('InvalidArgument')
  })

  it('is enforced for a form', async () => {
    const fields = retention('COMPLIANCE', UNTIL)
    const reply = await system.expect(
      204,
      await system.form({ fields, now: new Date(system.nowMs) }),
    )
    const id = reply.headers['x-amz-version-id'] ?? ''
    expect((await system.deleteVersion(system.key, id, true)).code).toBe('AccessDenied')
  })

  it('is enforced for a multipart upload after its completion, and needs a digest of each part', async () => {
    const uploadId = await system.createUpload(retention('COMPLIANCE', UNTIL))
    const bare = { method: 'PUT', key: system.key, query: { uploadId, partNumber: '1' }, body: 'x' }
    const refused = await system.ask(bare)
    expect(refused.body.toString()).toContain('required for Put Part requests with Object Lock')
    const etag = await system.uploadPart(uploadId, 1, 'x', { 'content-md5': md5('x') })
    const reply = await system.expect(200, await system.complete(uploadId, [[1, etag]]))
    const id = reply.headers['x-amz-version-id'] ?? ''
    expect((await system.deleteVersion(system.key, id, true)).code).toBe('AccessDenied')
  })
})

describe('the default retention', () => {
  const setDefault = (rule: string) =>
    system.document(
      { 'object-lock': '' },
      `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>${rule}</DefaultRetention></Rule></ObjectLockConfiguration>`,
    )

  it('locks puts, copies, forms and uploads from the moment they are stored', async () => {
    await system.put('source', 'free')
    expect((await setDefault('<Mode>COMPLIANCE</Mode><Days>3</Days>')).status).toBe(200)
    const uploadId = await system.createUpload()
    system.nowMs = START + DAY_MS
    const until = iso(START + 4 * DAY_MS)
    const lockOf = async (
      reply: { readonly headers: Readonly<Record<string, string>> },
      key = system.key,
    ) => {
      const versionId = reply.headers['x-amz-version-id'] ?? ''
      const { headers } = await system.ask({ method: 'HEAD', key, query: { versionId } })
      return headers['x-amz-object-lock-retain-until-date']
    }
    expect(await lockOf(await system.put(system.key, 'x', { 'content-md5': md5('x') }))).toBe(until)
    const copy = { 'x-amz-copy-source': `/${system.bucket}/source` }
    const copied = await system.ask({ method: 'PUT', key: 'copy', headers: copy })
    expect(await lockOf(copied, 'copy')).toBe(until)
    expect(
      await lockOf(await system.send(await system.form({ now: new Date(system.nowMs) }))),
    ).toBe(until)
    const etag = await system.uploadPart(uploadId, 1, 'x', { 'content-md5': md5('x') })
    expect(await lockOf(await system.send(await system.complete(uploadId, [[1, etag]])))).toBe(
      until,
    )
    const { headers } = await system.ask({ method: 'HEAD', key: 'source' })
    expect(headers['x-amz-object-lock-mode']).toBeUndefined()
  })

  it("gives way to the request's retention", async () => {
    await setDefault('<Mode>COMPLIANCE</Mode><Years>1</Years>')
    await system.putLocked('a', 'x', retention('GOVERNANCE', UNTIL))
    const { headers } = await system.ask({ method: 'HEAD', key: 'a' })
    expect(headers).toMatchObject(retention('GOVERNANCE', UNTIL))
  })

  it('needs a digest of the body, even if the request does not mention a lock', async () => {
    await setDefault('<Mode>GOVERNANCE</Mode><Days>1</Days>')
    const refused = await system.ask({ method: 'PUT', key: 'a', body: 'x' })
    expect(refused).toMatchObject({ status: 400, code: 'InvalidRequest' })
    expect(refused.body.toString()).toContain('required for Put Object requests with Object Lock')
  })
})

describe('the bypass permission', () => {
  const deny = (action: string) =>
    system.document(
      { policy: '' },
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: `s3:${action}`,
            Resource: 'arn:aws:s3:::vault/*',
          },
        ],
      }),
    )

  it('is required for a version, even a deleted one, but not for a delete marker', async () => {
    const id = await system.putLocked('a', 'kept', retention('GOVERNANCE', UNTIL))
    const gone = (await system.put('b', 'x')).headers['x-amz-version-id'] ?? ''
    await system.deleteVersion('b', gone)
    expect((await deny('BypassGovernanceRetention')).status).toBe(204)
    expect((await system.deleteVersion('a', id, true)).code).toBe('AccessDenied')
    expect((await system.deleteVersion('b', gone, true)).code).toBe('AccessDenied')
    expect((await system.deleteVersion('b', gone)).status).toBe(204)
    const headers = { 'x-amz-bypass-governance-retention': 'true' }
    expect((await system.ask({ method: 'DELETE', key: 'a', headers })).status).toBe(204)
    expect(await system.version('a', id)).toBe('kept')
  })

  it('is required in addition to the permission to set a retention', async () => {
    const id = await system.putLocked('a', 'kept', retention('GOVERNANCE', UNTIL))
    await deny('BypassGovernanceRetention')
    expect((await system.retain('a', id, 'GOVERNANCE', UNTIL - 1, true)).code).toBe('AccessDenied')
    await deny('PutObjectRetention')
    expect((await system.retain('a', id, 'GOVERNANCE', UNTIL + 1)).code).toBe('AccessDenied')
  })

  it.each([
    ['PutObjectRetention', retention('GOVERNANCE', UNTIL)],
    ['PutObjectLegalHold', { 'x-amz-object-lock-legal-hold': 'ON' }],
  ])(
    '%s is required for the header of a put, a copy, an upload and a form',
    async (action, headers) => {
      await system.put('source', 'x')
      await deny(action)
      const put = { method: 'PUT', key: 'a', headers: { 'content-md5': md5('x'), ...headers } }
      expect((await system.ask({ ...put, body: 'x' })).code).toBe('AccessDenied')
      const copy = { 'x-amz-copy-source': '/vault/source', ...headers }
      expect((await system.ask({ method: 'PUT', key: 'a', headers: copy })).code).toBe(
        'AccessDenied',
      )
      const upload = { method: 'POST', key: 'a', query: { uploads: '' }, headers }
      expect((await system.ask(upload)).code).toBe('AccessDenied')
      const form = await system.form({ fields: headers, now: new Date(system.nowMs) })
      expect((await system.send(form)).code).toBe('AccessDenied')
    },
  )

  it('hides the lock from callers who may not read it', async () => {
    await system.putLocked('a', 'kept', {
      ...retention('GOVERNANCE', UNTIL),
      'x-amz-object-lock-legal-hold': 'ON',
    })
    await deny('GetObjectRetention')
    const { status, headers } = await system.ask({ key: 'a' })
    expect(status).toBe(200)
    expect(headers['x-amz-object-lock-mode']).toBeUndefined()
    expect(headers['x-amz-object-lock-retain-until-date']).toBeUndefined()
    expect(headers['x-amz-object-lock-legal-hold']).toBe('ON')
  })

  it("limits a retention's days with a condition", async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutObjectRetention',
          Resource: 'arn:aws:s3:::vault/*',
          Condition: { NumericGreaterThan: { 's3:object-lock-remaining-retention-days': '5' } },
        },
      ],
    }
    const id = await system.putLocked('a', 'x', {})
    await system.document({ policy: '' }, JSON.stringify(policy))
    const until = START + 5 * DAY_MS
    expect((await system.retain('a', id, 'GOVERNANCE', until + 1)).code).toBe('AccessDenied')
    expect((await system.retain('a', id, 'GOVERNANCE', until)).status).toBe(200)
    const headers = { 'content-md5': md5('x'), ...retention('GOVERNANCE', until + 1) }
    expect((await system.ask({ method: 'PUT', key: 'b', body: 'x', headers })).status).toBe(403)
  })
})

describe('on disk', () => {
  it('new, changed and removed locks survive a restart', async () => {
    const dir = temporaryFolder('waybill-lock-')
    const first = await LockSystem.start({ dir })
    const kept = await first.putLocked('a', 'kept', retention('COMPLIANCE', UNTIL))
    const extended = await first.putLocked('b', 'kept', retention('COMPLIANCE', UNTIL))
    await first.retain('b', extended, 'COMPLIANCE', UNTIL + DAY_MS)
    const removed = await first.putLocked('c', 'free', retention('GOVERNANCE', UNTIL))
    const headers = { 'x-amz-bypass-governance-retention': 'true' }
    const query = { retention: '', versionId: removed }
    const bypass = await first.document(query, '<Retention/>', { key: 'c', headers })
    expect(bypass.status).toBe(200)
    const held = await first.putLocked('d', 'kept', {})
    await first.hold('d', held, 'ON')
    await first.server.close()

    const now = new Date(UNTIL)
    const server = await startStrictS3({ dir, now: () => now })
    onTestFinished(() => server.close())
    const second = new System(server, 'vault')
    const deleted = async (key: string, versionId: string) =>
      (await second.reply({ method: 'DELETE', key, query: { versionId }, now })).status
    expect(await deleted('b', extended)).toBe(403)
    expect(await deleted('d', held)).toBe(403)
    expect(await deleted('a', kept)).toBe(204)
    expect(await deleted('c', removed)).toBe(204)
    const lock = await second.reply({ query: { 'object-lock': '' }, now })
    expect(lock.body.toString()).toContain('<ObjectLockEnabled>Enabled')
  })

  it('an acknowledged lock survives kill -9', async () => {
    const dir = temporaryFolder('waybill-lock-')
    const first = await LocalProcess.start(dir)
    const vault = new System(first.system.target, 'vault')
    const enabled = { 'x-amz-bucket-object-lock-enabled': 'true' }
    await vault.expectReply(200, { method: 'PUT', headers: enabled })
    const put = await vault.put('a', 'kept')
    const versionId = put.headers['x-amz-version-id'] ?? ''
    const body = '<LegalHold><Status>ON</Status></LegalHold>'
    const query = { 'legal-hold': '', versionId }
    const headers = { 'content-md5': md5(body) }
    await vault.expectReply(200, { method: 'PUT', key: 'a', query, body, headers })
    await first.kill()

    const second = await LocalProcess.start(dir)
    onTestFinished(() => second.kill())
    const again = new System(second.system.target, 'vault')
    const remove = await again.signed({ method: 'DELETE', key: 'a', query: { versionId } })
    expect((await again.send(remove)).code).toBe('AccessDenied')
    expect(await again.read('a')).toBe('kept')
  })
})
