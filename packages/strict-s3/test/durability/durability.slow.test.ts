/**
 * Kills the server with SIGKILL in the middle of uploads and looks at what is there afterwards.
 *
 * Slow: kills servers in the middle of uploads, dozens of times.
 * `packages/strict-s3/test/durability/damage.test.ts` has what a new server makes of what it finds.
 *
 * @module
 */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LocalProcess } from '@waybill/test-support/local-process'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { beforeEach, describe, expect, it } from 'vitest'
import { inspect } from './crash-inspection.ts'
import { CutUploads, OPERATIONS, type Operation } from './cut-uploads.ts'

const long = process.env.WAYBILL_LONG !== undefined
const KILLS = long ? 200 : 8
const UPLOADS_PER_LIFE = 16

/** Each life ends at one of these, in turn: any of so many. */
const MOMENTS = [
  ['PutObject', UPLOADS_PER_LIFE / 4],
  ['PostObject', UPLOADS_PER_LIFE / 4],
  ['UploadPart', UPLOADS_PER_LIFE / 2],
  ['CompleteMultipartUpload', UPLOADS_PER_LIFE / 2],
] as const

/** From its first byte to a little after its last. */
const MAX_DELAY_MS = 30

describe('startStrictS3 on disk', () => {
  let dir: string

  beforeEach(async () => {
    dir = temporaryFolder('waybill-kill-')
  })

  it('holds only complete objects after being killed at any moment', async () => {
    let drafts = 0
    const cut = new Set<Operation>()
    let held: ReadonlyMap<string, string> = new Map()
    for (let life = 0; life < KILLS; life += 1) {
      const uploads = await cutShort(MOMENTS[life % MOMENTS.length] ?? MOMENTS[0], held)
      drafts += (await readdir(join(dir, 'tmp'))).length
      const server = await LocalProcess.start(dir)
      const inspection = await inspect(server.system, uploads, dir)
      await server.kill()
      expect(inspection.wrong).toEqual([])
      held = inspection.held
      for (const operation of uploads.cut) cut.add(operation)
    }
    // Otherwise it was not killed in the middle of anything.
    if (long) expect([drafts > 0, cut.size]).toEqual([true, OPERATIONS.length])
  }, 1_800_000)

  /** Uploads until the server is gone. */
  async function cutShort(
    [moment, requests]: (typeof MOMENTS)[number],
    held: ReadonlyMap<string, string>,
  ): Promise<CutUploads> {
    const server = await LocalProcess.start(dir)
    let ahead = Math.floor(Math.random() * requests)
    const delayMs = Math.random() * MAX_DELAY_MS
    let killed: Promise<void> | undefined
    const uploads = new CutUploads(server.system, held, (operation) => {
      if (operation !== moment || killed) return
      if (ahead === 0)
        killed = new Promise((resolve) => setTimeout(resolve, delayMs)).then(() => server.kill())
      ahead -= 1
    })
    await uploads.run(UPLOADS_PER_LIFE)
    await (killed ?? server.kill())
    return uploads
  }
})
