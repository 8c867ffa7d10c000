import { once } from 'node:events'
import { request } from 'node:http'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { startStrictS3 } from 'strict-s3'
import { expect, it, onTestFinished } from 'vitest'
import { System } from '../../../../test/conformance/system.ts'

const ROUNDS = process.env.WAYBILL_LONG ? 200 : 10
const RULES =
  '<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter/><Expiration><Days>2</Days></Expiration></Rule></LifecycleConfiguration>'

it('a lifecycle rule deletes the expired object, not a new one that has replaced it', async () => {
  let now = new Date('2026-03-01T10:00:00Z')
  const dir = temporaryFolder('waybill-expiry-')
  const server = await startStrictS3({ dir, buckets: ['uploads'], now: () => now })
  onTestFinished(async () => {
    await server.close()
  })
  const system = new System(server, 'uploads')
  const rules = { method: 'PUT', query: { lifecycle: '' }, body: RULES, md5: true } as const
  await system.expectReply(200, { now, ...rules })
  const list = async () => system.expectReply(200, { now, query: { 'list-type': '2' } })

  /** Its bytes, and a request that looks for what has expired, are sent at once. */
  async function replace(key: string, at: Date): Promise<void> {
    const { path, headers } = await system.signed({ now, method: 'PUT', key, body: 'new' })
    const outgoing = request(server.endpoint + path, {
      method: 'PUT',
      headers: { ...headers, 'content-length': '3', expect: '100-continue' },
    })
    const answered = once(outgoing, 'response')
    outgoing.flushHeaders()
    await once(outgoing, 'continue')
    now = at
    outgoing.end('new')
    const [[{ statusCode }]] = await Promise.all([answered, list()])
    expect(statusCode).toBe(200)
  }

  for (let round = 0; round < ROUNDS; round += 1) {
    const key = `round-${round}`
    const first = Date.UTC(2026, 2, 1 + 10 * round, 10)
    now = new Date(first)
    await system.expectReply(200, { now, method: 'PUT', key, body: 'old' })
    const midnight = first + 62 * 3_600_000
    // Looked through just before, and again a minute later.
    now = new Date(midnight - 10_000)
    await list()
    now = new Date(midnight + 20_000)
    await replace(key, new Date(midnight + 55_000))
    const { body } = await system.expectReply(200, { now, key })
    expect(body.toString()).toBe('new')
  }
})
