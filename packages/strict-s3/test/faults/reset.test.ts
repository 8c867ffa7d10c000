import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { describe, expect, it } from 'vitest'
import { daysAhead, retentionHeaders } from '../../../../test/conformance/request/lock-case.ts'
import { versioning } from '../../../../test/conformance/request/version-case.ts'
import { System } from '../../../../test/conformance/system.ts'
import { start } from '../start.ts'

async function bucketNames(system: System): Promise<string[]> {
  const reply = await system.expectReply(200, { path: '/' })
  return [...reply.body.toString().matchAll(/<Name>([^<]*)/g)].map(([, name = '']) => name)
}

const onDisk = () => ({ dir: temporaryFolder('waybill-reset-') })

describe.each([
  ['memory', () => ({})],
  ['disk', onDisk],
])('reset in %s', (_kind, options) => {
  it('restores the initial buckets', async () => {
    const { server: s3, system } = await start(options())
    await system.expectReply(200, { method: 'PUT', path: '/another' })
    await versioning(system, 'Enabled')
    await system.put('a', 'one')
    await system.put('a', 'two')
    const uploadId = await system.createUpload()
    await system.uploadPart(uploadId, 1, 'part')

    await s3.reset()

    expect(await bucketNames(system)).toEqual(['uploads'])
    expect(await system.keys()).toEqual([])
    const state = await system.reply({ query: { versioning: '' } })
    expect(state.body.toString()).not.toContain('Enabled')
    const uploads = await system.reply({ query: { uploads: '' } })
    expect(uploads.body.toString()).not.toContain(uploadId)
    await system.put('a', 'three')
    expect(await system.read('a')).toBe('three')
  })

  it('deletes versions that nobody else may delete', async () => {
    const { server: s3, system } = await start(options())
    const locked = new System(s3, 'locked')
    const headers = { 'x-amz-bucket-object-lock-enabled': 'true' }
    await locked.expectReply(200, { method: 'PUT', headers })
    const lock = retentionHeaders('COMPLIANCE', daysAhead(1))
    const ask = { method: 'PUT', key: 'a', body: 'x', md5: true, headers: lock } as const
    await locked.expectReply(200, ask)
    await s3.reset()
    expect(await bucketNames(system)).toEqual(['uploads'])
  })

  it('keeps an upload in flight from storing anything', async () => {
    const { server: s3, system } = await start(options())
    s3.setFaults([{ kind: 'stall-request', afterBytes: 2 }])
    const reply = system.reply({ method: 'PUT', key: 'late', body: 'hello' })
    await expect.poll(() => s3.faults[0]?.injected).toBe(1)
    await s3.reset()
    expect((await reply).code).toBe('NoSuchBucket')
    expect(await system.keys()).toEqual([])
  })
})

describe('reset', () => {
  it('restores the CORS rules and faults from the options', async () => {
    const cors = [{ allowedOrigins: ['https://app.test'], allowedMethods: ['GET' as const] }]
    const { server: s3, system } = await start({
      buckets: [{ name: 'uploads', cors }],
      faults: [{ kind: 'SlowDown', key: 'first', count: 1 }],
    })
    await system.expectReply(204, { method: 'DELETE', query: { cors: '' } })
    s3.setFaults([{ kind: 'InternalError' }])
    await s3.reset()
    expect(s3.faults).toEqual([{ kind: 'SlowDown', key: 'first', count: 1, injected: 0 }])
    const reply = await system.reply({ query: { cors: '' } })
    expect(reply.body.toString()).toContain('https://app.test')
  })

  it('makes requests that arrive in the meantime wait for it', async () => {
    const { server: s3, system } = await start(onDisk())
    for (let index = 0; index < 20; index += 1) await system.put(`old-${index}`, 'x')
    const raws = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        system.signed({ method: 'PUT', key: `new-${index}`, body: 'x' }),
      ),
    )
    const resets = [s3.reset(), s3.reset()]
    const replies = await Promise.all(raws.map((raw) => system.send(raw)))
    await Promise.all(resets)
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    expect((await system.keys()).length).toBe(20)
  })

  it('is durable', async () => {
    const options = onDisk()
    const { server: s3, system } = await start(options)
    await system.put('a', 'x')
    await s3.reset()
    await s3.close()
    const again = await start(options)
    expect(await again.system.keys()).toEqual([])
  })
})
