import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { describe, expect, it } from 'vitest'
import { putOwnership } from '../../../../test/conformance/cases/access/owner.cases.ts'
import type { System } from '../../../../test/conformance/system.ts'
import { start } from '../start.ts'

const OWNERSHIP = { query: { ownershipControls: '' } }
const PRIVATE = { headers: { 'x-amz-acl': 'private' } }

const ownershipOf = async (system: System) =>
  /<ObjectOwnership>(\w+)</.exec(String((await system.reply(OWNERSHIP)).body))?.[1]

describe('a request that would enable ACLs', () => {
  it.each(['ObjectWriter', 'BucketOwnerPreferred'])(
    'is answered with 501 and says what to do instead: %s',
    async (value) => {
      const { system } = await start()
      const headers = { 'x-amz-object-ownership': value }
      const create = await system.reply({ method: 'PUT', path: '/another', headers })
      for (const reply of [create, await system.send(await putOwnership(system, value))]) {
        expect([reply.status, reply.code]).toEqual([501, 'NotImplemented'])
        expect(String(reply.body)).toContain('give access with a bucket policy')
      }
      expect((await system.reply({ path: '/another' })).code).toBe('NoSuchBucket')
      expect(await ownershipOf(system)).toBe('BucketOwnerEnforced')
    },
  )

  it('leaves them disabled if it is CreateBucket with the ACL private, as rclone sends it', async () => {
    const { system } = await start()
    await system.expectReply(200, { method: 'PUT', path: '/another', ...PRIVATE })
    const { body } = await system.reply({ path: '/another', ...OWNERSHIP })
    expect(String(body)).toContain('BucketOwnerEnforced')
  })

  it('lets nobody set one after DeleteBucketOwnershipControls', async () => {
    const { system } = await start()
    await system.put('a', 'x')
    await system.expectReply(204, { method: 'DELETE', ...OWNERSHIP })
    const acl = { query: { acl: '' } }
    for (const ask of [
      acl,
      { key: 'a', ...acl },
      { key: 'b' },
      { key: 'b', method: 'POST', query: { uploads: '' } },
    ]) {
      await system.expectReply(501, { method: 'PUT', ...PRIVATE, ...ask })
    }
    await system.expect(501, await system.form({ fields: { acl: 'private' } }))
    expect(await system.keys()).toEqual(['a'])
  })
})

describe('an ACL', () => {
  it('is refused after its document and its object were checked', async () => {
    const { system } = await start()
    const put = { method: 'PUT', query: { acl: '' } }
    expect((await system.reply({ ...put, body: '<Acl/>' })).code).toBe('MalformedXML')
    expect((await system.reply({ ...put, key: 'absent', ...PRIVATE })).code).toBe('NoSuchKey')
  })
})

describe("an earlier version's directory with ACLs", () => {
  it('is loaded, but gives nobody access who has no key pair', async () => {
    const dir = temporaryFolder('waybill-acls-')
    const first = await start({ dir })
    await first.system.put('a', 'hello')
    const tags = '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>'
    const tagging = { method: 'PUT', key: 'a', query: { tagging: '' }, body: tags }
    await first.system.expectReply(200, tagging)
    await first.server.close()
    const group = 'http://acs.amazonaws.com/groups/global/AllUsers'
    const acl = [{ grantee: { group }, permission: 'FULL_CONTROL' }]
    const off = { blockPublicAcls: false, ignorePublicAcls: false }
    const publicAccessBlock = { ...off, blockPublicPolicy: false, restrictPublicBuckets: false }
    const bucket = join(dir, 'buckets/uploads')
    const change = async (file: string, changes: object) => {
      const record = JSON.parse(await readFile(join(bucket, file), 'utf8'))
      await writeFile(join(bucket, file), JSON.stringify({ ...record, ...changes }))
    }
    await change('bucket.json', { objectOwnership: 'ObjectWriter', acl, publicAccessBlock })
    const [amended = ''] = (await readdir(join(bucket, 'objects'))).filter((each) =>
      each.endsWith('.amended'),
    )
    await change(join('objects', amended), { acl, unsigned: true })

    const { system, server, lines } = await start({ dir })
    expect(lines.filter((line) => line.includes('ACL'))).toEqual([
      expect.stringContaining('the bucket uploads had ACLs enabled, which no longer give anyone'),
    ])
    for (const [method, path] of [
      ['GET', 'a'],
      ['GET', ''],
      ['GET', 'a?acl'],
      ['PUT', 'b'],
      ['PUT', '?acl'],
      ['DELETE', 'a'],
    ] as const) {
      const { status } = await fetch(`${server.endpoint}/uploads/${path}`, { method })
      expect(status, `${method} ${path}`).toBe(403)
    }
    expect(await system.read('a')).toBe('hello')
    expect(String((await system.reply({ key: 'a', query: { acl: '' } })).body)).not.toContain(group)
    expect(await ownershipOf(system)).toBe('BucketOwnerEnforced')
  })
})
