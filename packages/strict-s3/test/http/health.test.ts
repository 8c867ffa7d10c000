import { describe, expect, it } from 'vitest'
import { System } from '../../../../test/conformance/system.ts'
import { start } from '../start.ts'

const PATHS = [
  '/_health',
  '/health',
  '/minio/health/live',
  '/minio/health/ready',
  '/minio/health/cluster',
]

async function startWith(...buckets: readonly string[]) {
  const { server, entries } = await start({ buckets })
  const system = new System(server, buckets[0] ?? 'uploads')
  const statusOf = async (path: string, init?: RequestInit) =>
    (await fetch(server.endpoint + path, init)).status
  return { server, system, entries, statusOf }
}

describe('a health check', () => {
  it.each(PATHS)('is answered at %s, and not logged', async (path) => {
    const { server, entries, statusOf } = await startWith()
    expect(await statusOf(path)).toBe(200)
    expect(await statusOf(path, { method: 'HEAD' })).toBe(200)
    expect(entries).toEqual([])
    const answer = await fetch(server.endpoint + path)
    expect(await answer.json()).toEqual({ status: 'ready' })
  })

  it('must be an unsigned GET or HEAD of exactly that path', async () => {
    const { system, entries, statusOf } = await startWith()
    expect(await statusOf('/health?list-type=2')).toBe(404)
    expect(await statusOf('/health/a')).toBe(404)
    expect(await statusOf('/minio/health/dead')).toBe(404)
    expect(await statusOf('/health', { method: 'DELETE' })).toBe(404)
    const signed = await system.reply({ path: '/health' })
    expect([signed.status, signed.code]).toEqual([404, 'NoSuchBucket'])
    expect(entries).toHaveLength(5)
  })

  it('gives way to a bucket with that name', async () => {
    const { system, statusOf } = await startWith('health', 'minio')
    expect(await statusOf('/health')).toBe(403)
    expect(await statusOf('/minio/health/live')).toBe(403)
    await system.put('a', 'x')
    expect(await statusOf('/_health')).toBe(200)
  })

  it('does not shadow an object if the bucket is in the host', async () => {
    const { system } = await startWith('uploads')
    await system.put('_health', 'an object')
    const headers = { host: `uploads.localhost:${new URL(system.target.endpoint).port}` }
    const raw = await system.presigned({ path: '/_health', headers })
    expect((await system.send(raw)).body.toString()).toBe('an object')
    const unsigned = await system.send({ method: 'GET', path: '/_health', headers })
    expect(unsigned.status).toBe(403)
  })
})
