/**
 * A bucket that is deleted, or whose settings change, in the very moment of other requests.
 *
 * Slow: tries many rounds at many moments, because a race shows only now and then.
 * `test/conformance` has each answer without a race.
 *
 * @module
 */

import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SignOptions } from '../../../../test/conformance/request/signing.ts'
import { System } from '../../../../test/conformance/system.ts'

const ROUNDS = process.env.WAYBILL_LONG ? 300 : 40

let dir: string
let server: StrictS3
let system: System

beforeEach(async () => {
  dir = temporaryFolder('waybill-deleted-')
  await start()
})

afterEach(() => server.close())

async function start(): Promise<void> {
  server = await startStrictS3({ dir, buckets: ['uploads'] })
  system = new System(server, 'uploads')
}

async function send(ask: Omit<SignOptions, 'method'> & { readonly method?: string }) {
  const { status, code = '' } = await system.reply(ask)
  return `${status} ${code}`.trim()
}

const VERSIONING = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'

describe('a bucket that is deleted during writes', () => {
  it('either stays with everything stored, or is gone without accepting anything', async () => {
    const kept: string[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const path = `/round-${round}`
      await send({ method: 'PUT', path })
      const [put, , , deleted] = await Promise.all([
        send({ method: 'PUT', path: `${path}/a`, body: 'hello' }),
        send({ method: 'POST', path: `${path}/b`, query: { uploads: '' } }),
        send({ method: 'PUT', path, query: { versioning: '' }, body: VERSIONING }),
        send({ method: 'DELETE', path }),
      ])
      expect(['200, 409 BucketNotEmpty', '404 NoSuchBucket, 204']).toContain(`${put}, ${deleted}`)
      if (put === '200') kept.push(path)
    }
    await server.close()
    await start()
    for (let round = 0; round < ROUNDS; round += 1) {
      const path = `/round-${round}`
      const status = kept.includes(path) ? '200' : '404 NoSuchBucket'
      expect(await send({ path: `${path}/a` })).toBe(status)
    }
  })

  it('is created again as a new one', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await send({ method: 'PUT', path: '/again' })
      await Promise.all([
        send({ method: 'PUT', path: '/again', query: { versioning: '' }, body: VERSIONING }),
        send({ method: 'DELETE', path: '/again' }),
        send({ method: 'PUT', path: '/again' }),
      ])
      expect(['200', '404 NoSuchKey', '404 NoSuchBucket']).toContain(
        await send({ path: '/again/a' }),
      )
      await send({ method: 'DELETE', path: '/again' })
    }
    await server.close()
    await start()
    expect(await send({ path: '/again/a' })).toBe('404 NoSuchBucket')
  })
})

describe('settings that are changed concurrently', () => {
  it('are all kept', async () => {
    const cors =
      '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>'
    const path = '/uploads'
    const settings = ['cors', 'versioning']
    expect(
      await Promise.all([
        send({ method: 'PUT', path, query: { cors: '' }, body: cors, md5: true }),
        send({ method: 'PUT', path, query: { versioning: '' }, body: VERSIONING }),
      ]),
    ).toEqual(['200', '200'])
    for (const restarted of [false, true]) {
      if (restarted) {
        await server.close()
        await start()
      }
      for (const name of settings) {
        const { body } = await system.reply({ query: { [name]: '' } })
        expect(body.toString()).toMatch(/<AllowedOrigin>|<Status>Enabled/)
      }
    }
  })
})
