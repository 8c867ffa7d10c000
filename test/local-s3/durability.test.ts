/**
 * Kills the server with SIGKILL in the middle of uploads and looks at what is there afterwards.
 *
 * @module
 */

import { type ChildProcess, fork } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { World } from './conformance/world.ts'

const SERVER = fileURLToPath(new URL('server-process.ts', import.meta.url))
const KILLS = process.env.WAYBILL_LONG ? 60 : 6
const UPLOADS_PER_LIFE = process.env.WAYBILL_LONG ? 40 : 12
const KEYS = 8

interface Life {
  readonly process: ChildProcess
  readonly world: World
}

async function start(dir: string): Promise<Life> {
  const child = fork(SERVER, [dir], { execArgv: ['--conditions=source'] })
  const [message] = await once(child, 'message')
  const target = {
    endpoint: `http://127.0.0.1:${message.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' },
  }
  return { process: child, world: new World(target, 'uploads') }
}

async function kill(life: Life): Promise<void> {
  const gone = once(life.process, 'exit')
  life.process.kill('SIGKILL')
  await gone
}

/** What was sent under a key: bodies that may be there, of which `stored` must be or a later one. */
interface History {
  readonly bodies: Buffer[]
  /** Index of the last body whose upload was answered with success. */
  stored: number
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Uploads until the server is gone. */
async function uploadAll({ world }: Life, histories: Map<string, History>): Promise<void> {
  const uploads = Array.from({ length: UPLOADS_PER_LIFE }, async (_, index) => {
    const key = `object-${index % KEYS}`
    const history = histories.get(key) ?? { bodies: [], stored: -1 }
    histories.set(key, history)
    const body = randomBytes(1 + Math.floor(Math.random() * 600_000))
    const at = history.bodies.push(body) - 1
    const raw =
      index % 2 === 0
        ? await world.signed({ method: 'PUT', key, body })
        : await world.form({ key, file: body })
    const reply = await world.send(raw).catch(() => undefined)
    if (reply && reply.status < 300) history.stored = Math.max(history.stored, at)
  })
  await Promise.all(uploads)
}

describe('startLocalS3 on disk', () => {
  let dir: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'waybill-kill-'))
  })

  afterEach(() => rm(dir, { recursive: true }))

  it('holds only whole objects after it was killed at any moment', async () => {
    const histories = new Map<string, History>()
    for (let count = 0; count < KILLS; count += 1) {
      const life = await start(dir)
      const uploading = uploadAll(life, histories)
      const delayMs = Math.random() * 60
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      await kill(life)
      await uploading
      await inspect(histories)
    }
  })

  async function inspect(histories: ReadonlyMap<string, History>): Promise<void> {
    const life = await start(dir)
    const keys = await life.world.keys()
    for (const [key, { bodies, stored }] of histories) {
      const reply = await life.world.send(await life.world.signed({ key }))
      if (reply.status === 404) {
        expect(stored, `${key} was acknowledged and is gone`).toBe(-1)
      } else {
        expect(bodies.map(sha256)).toContain(sha256(reply.body))
      }
    }
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
    expect((await readdir(join(dir, 'buckets/uploads/objects'))).length).toBe(keys.length)
    await kill(life)
  }

  it('keeps the parts of an upload that it was killed in, and completes it afterwards', async () => {
    const first = await start(dir)
    const uploadId = await first.world.createUpload()
    const part = randomBytes(5 * 1024 * 1024)
    const etags = [await first.world.uploadPart(uploadId, 1, part)]
    await kill(first)
    const second = await start(dir)
    etags.push(await second.world.uploadPart(uploadId, 2, 'last'))
    const parts = etags.map((etag, index) => [index + 1, etag] as const)
    await second.world.expect(200, await second.world.complete(uploadId, parts))
    await kill(second)
    const third = await start(dir)
    const reply = await third.world.expect(200, await third.world.signed({ key: third.world.key }))
    expect(sha256(reply.body)).toBe(sha256(Buffer.concat([part, Buffer.from('last')])))
    await kill(third)
  })
})
