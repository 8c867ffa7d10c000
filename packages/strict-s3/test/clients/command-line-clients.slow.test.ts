/**
 * The AWS CLI, rclone, s3cmd and minio-client, unchanged. They are not ours to install: where one is missing, its tests say so.
 *
 * Slow: dozens of foreign programs are started, some with 40 MB to send.
 * `packages/strict-s3/test/clients/aws-sdk.test.ts` and `test/conformance` ask the same of the server.
 *
 * @module
 */

import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CLIENTS,
  type ClientProgram,
  findProgram,
  openClient,
  type RunningClient,
} from '@waybill/test-support/command-line-client'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const MB = 1_000_000
/** The largest is three parts or more for each client that sends parts. */
const SIZES = [0, 5 * MB, 40 * MB]
const NAMES = ['plain.txt', 'spaces and +plus.txt', 'ünïcödé/日本語 🎬.mp4', "quote'd & 41%.bin"]

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

for (const client of CLIENTS) {
  const program = await findProgram(client)
  if (program === undefined) console.warn(`${client.name} is not installed: its tests are skipped`)
  describe.skipIf(program === undefined)(client.name, () => roundTrips(client, program ?? ''))
}

function roundTrips(client: ClientProgram, program: string): void {
  let server: StrictS3
  let running: RunningClient

  beforeAll(async () => {
    server = await startStrictS3({ buckets: ['uploads'] })
    running = await openClient(client, program, server)
  })

  afterAll(async () => {
    await running.remove()
    await server.close()
  })

  async function thereAndBack(key: string, bytes: Uint8Array): Promise<Uint8Array> {
    const sent = join(running.home, 'sent.bin')
    const received = join(running.home, 'received.bin')
    await writeFile(sent, bytes)
    await running.run(...client.put(sent, key))
    await running.run(...client.get(key, received))
    return readFile(received)
  }

  it.each(SIZES)('downloads the %i bytes it uploaded', async (size) => {
    const bytes = randomBytes(size)
    expect(sha256(await thereAndBack(`size-${size}.bin`, bytes))).toBe(sha256(bytes))
  })

  it('downloads objects with any name', async () => {
    const sent = join(running.home, 'named')
    const received = join(running.home, 'named-back')
    await mkdir(join(sent, 'ünïcödé'), { recursive: true })
    await mkdir(received)
    for (const name of NAMES) await writeFile(join(sent, name), `this is ${name}`)
    await running.run(...client.sync(sent, 'named'))
    const listed = await running.run(...client.list('named'))
    for (const name of NAMES) expect(listed).toContain(name)
    await running.run(...client.syncBack('named', received))
    const wanted = NAMES.map((name) => [name, `this is ${name}`])
    expect(await contentsOf(received)).toEqual(Object.fromEntries(wanted))
  })

  it('synchronizes a directory with a prefix', async () => {
    const here = join(running.home, 'here')
    const there = join(running.home, 'there')
    await mkdir(join(here, 'ünter'), { recursive: true })
    await mkdir(there)
    await writeFile(join(here, 'a b.txt'), 'one')
    await writeFile(join(here, 'ünter', 'c.txt'), 'two')
    await running.run(...client.sync(here, 'synced'))
    await running.run(...client.syncBack('synced', there))
    expect(await contentsOf(there)).toEqual({ 'a b.txt': 'one', 'ünter/c.txt': 'two' })
    await rm(join(here, 'a b.txt'))
    await writeFile(join(here, 'd.txt'), 'three')
    await running.run(...client.sync(here, 'synced'))
    await running.run(...client.syncBack('synced', there))
    expect(await contentsOf(there)).toEqual({ 'd.txt': 'three', 'ünter/c.txt': 'two' })
  })
}

async function contentsOf(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const read = files.map(async ({ parentPath, name }) => {
    const file = join(parentPath, name)
    return [file.slice(directory.length + 1), await readFile(file, 'utf8')] as const
  })
  return Object.fromEntries(await Promise.all(read))
}
