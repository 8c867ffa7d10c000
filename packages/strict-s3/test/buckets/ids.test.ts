/**
 * Ids that clients hand back on command lines, which take what begins with `-` for an option.
 *
 * @module
 */

import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { startStrictS3 } from 'strict-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { versioning } from '../../../../test/conformance/request/version-case.ts'
import { System, textAt } from '../../../../test/conformance/system.ts'
import { start } from '../start.ts'

/**
 * Of 64 characters one is `-`: that so many ids have none in front by chance happens once in a
 * hundred times.
 */
const MANY = 300

let system: System

beforeAll(async () => {
  const server = await startStrictS3({ buckets: ['uploads'] })
  system = new System(server, 'uploads')
  await versioning(system, 'Enabled')
  return () => server.close()
})

async function many(id: () => Promise<string | undefined>): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < MANY) {
    const some = await Promise.all(Array.from({ length: 50 }, id))
    ids.push(...some.map((each) => each ?? ''))
  }
  return ids
}

describe('startStrictS3', () => {
  it('creates upload ids that begin with a letter', { timeout: 60_000 }, async () => {
    const ids = await many(() => system.createUpload())
    expect(ids.filter((id) => !/^[A-Za-z][\w-]{63}$/.test(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('creates version ids that begin with a letter', { timeout: 60_000 }, async () => {
    const ids = await many(async () => (await system.put('a', '')).headers['x-amz-version-id'])
    expect(ids.filter((id) => !/^[A-Za-z][\w.]{31}$/.test(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('lists two uploads whose ids were created at the same time', async () => {
    const dir = temporaryFolder('waybill-ids-')
    const startedMs = Date.now()
    const options = { dir, now: () => new Date(startedMs) }
    const first = await start(options)
    const ids = [await first.system.createUpload({}, 'a')]
    await first.server.close()
    const { system: restarted } = await start(options)
    ids.push(await restarted.createUpload({}, 'a'))
    const page = async (markers: Readonly<Record<string, string>>) => {
      const query = { uploads: '', 'max-uploads': '1', ...markers }
      const reply = await restarted.expectReply(200, { query })
      return textAt(reply, 'Upload', 'UploadId') ?? ''
    }
    const listed = await page({})
    const next = await page({ 'key-marker': 'a', 'upload-id-marker': listed })
    expect([listed, next].sort()).toEqual(ids.sort())
  })
})
