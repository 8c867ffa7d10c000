import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { documented } from '@waybill/test-support/documented'
import { eventually } from '@waybill/test-support/eventually'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads, sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { type System, startSystem } from '@waybill/test-support/system'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { FaultPlan } from '../../packages/strict-s3/src/faults/fault.ts'
import { createHome, type Home } from './home.ts'
import { hasRuntime, type Runtime, runProgram, startProgram } from './run-program.ts'

const MIB = 1024 ** 2
const PARTS = { partSize: 5 * MIB, multipartThreshold: 5 * MIB }
const SIZES = [0, 100 * 1024, 2 * MIB, 5 * MIB + 1, 20 * MIB]

const NODES: readonly Runtime[] = ['node-22', 'node', 'node-26']

/** S3 refuses each part once before it has read it, or closes the connection. */
const busy: FaultPlan = ({ operation, attempt, partNumber = 0 }) => {
  if (attempt > 0 || !/^(UploadPart|PostObject)$/.test(operation)) return undefined
  return partNumber % 2 === 0
    ? { kind: 'SlowDown', cors: true, early: true }
    : { kind: 'reset-request', afterBytes: 100_000 }
}

async function application(): Promise<Home> {
  const home = await createHome()
  onTestFinished(() => home.remove())
  return home
}

/** Writes a file whose bytes follow from its size. @returns Its path. */
async function fileOf(home: Home, size: number): Promise<string> {
  const file = seededFile('file', size, size)
  return home.write(`file-${size}`, await file.bytes())
}

async function expectStored(system: System, key: unknown, size: number): Promise<void> {
  expect(await sha256Stored(system, String(key))).toBe(
    await sha256Given(seededFile('file', size, size)),
  )
}

/** Uploads every size from one process, and compares what S3 has. */
async function uploadAll(
  runtime: Runtime,
  prefix: '' | 'blob:' | 'bun:',
  options: Parameters<typeof startSystem>[0],
): Promise<void> {
  const [system, home] = await Promise.all([startSystem(options), application()])
  const program = await home.copy('upload.js')
  const files: string[] = []
  for (const size of SIZES) files.push(prefix + (await fileOf(home, size)))
  const printed = await runProgram(runtime, program, [system.endpoint, ...files])
  expect(printed).toEqual(
    SIZES.map((size, index) =>
      expect.objectContaining({ file: files[index], size, verifiedBy: expect.any(String) }),
    ),
  )
  for (const [index, result] of printed.entries()) {
    const { key } = result as { key: string }
    await expectStored(system, key, SIZES[index] ?? 0)
  }
}

describe.each<Runtime>([...NODES, 'deno', 'bun'])('createUploader in %s', (runtime) => {
  const test = it.skipIf(!hasRuntime(runtime))

  test('sends files by path: small ones as forms and large ones in parts', async () => {
    await uploadAll(runtime, '', { signer: PARTS })
  })

  test('sends Blobs of the same sizes', async () => {
    await uploadAll(runtime, 'blob:', { signer: PARTS })
  })

  test('sends with a presigned PUT', async () => {
    await uploadAll(runtime, '', { signer: { ...PARTS, singleRequest: 'put' } })
  })

  test('resumes after a pause', async () => {
    const [system, home] = await Promise.all([startSystem({ signer: PARTS }), application()])
    const file = await fileOf(home, 20 * MIB)
    const program = await home.copy('pause.js')
    const [result] = await runProgram(runtime, program, [system.endpoint, file])
    const { key, states } = result as { key: string; states: string[] }
    expect(states).toContain('paused')
    await expectStored(system, key, 20 * MIB)
  })

  test('resumes what another process left when it was killed', async () => {
    const [system, home] = await Promise.all([startSystem({ signer: PARTS }), application()])
    const file = await fileOf(home, 60 * MIB)
    const args = [system.endpoint, file, join(home.dir, 'records')]
    const program = await home.copy('interrupted.js')
    const first = startProgram(runtime, program, args)
    await system.storageProxy.until(() =>
      system.storageProxy.exchanges.some(({ request }) => request.partNumber === 4),
    )
    await eventually(() => readdir(join(home.dir, 'records'))).toContainEqual(
      expect.stringMatching(/\.json$/),
    )
    await first.stop()
    const [result] = await runProgram(runtime, program, args)
    const { key, resumedFrom } = result as { key: string; resumedFrom: number }
    expect(resumedFrom).toBeGreaterThanOrEqual(5 * MIB)
    await expectStored(system, key, 60 * MIB)
    expect(await openUploads(system)).toEqual([])
  })

  test("runs docs/guide/runtimes.md's code", async () => {
    const rules = { any: { types: ['*/*'], maxSize: '1 GiB', public: true } } as const
    const [system, home] = await Promise.all([
      startSystem({ signer: { ...PARTS, rules } }),
      application(),
    ])
    const file = await fileOf(home, 20 * MIB)
    const program = await home.write('send.js', documented('send.js'))
    const running = startProgram(runtime, program, [system.endpoint, file])
    expect(await running.exit, running.output()).toBe(0)
    const key = running.output().trim().split('\n').at(-1)
    await expectStored(system, key, 20 * MIB)
  })

  test('fails if the file changes during the upload, and leaves nothing behind', async () => {
    const [system, home] = await Promise.all([startSystem({ signer: PARTS }), application()])
    const file = await fileOf(home, 40 * MIB)
    const printed = await runProgram(runtime, await home.copy('changed.js'), [
      system.endpoint,
      file,
    ])
    expect(printed).toEqual([{ code: 'FILE_UNREADABLE' }])
    expect(await openUploads(system)).toEqual([])
  })
})

describe.each(NODES)('createUploader in %s', (runtime) => {
  it.skipIf(!hasRuntime(runtime))('closes files that S3 does not read to the end', async () => {
    const [system, home] = await Promise.all([
      startSystem({ signer: PARTS, storagePlan: busy }),
      application(),
    ])
    const sizes = [100 * 1024, 2 * MIB, 40 * MIB]
    const files = await Promise.all(sizes.map((size) => fileOf(home, size)))
    const program = await home.copy('closes.js')
    const printed = await runProgram(runtime, program, [system.endpoint, ...files])
    expect(printed.pop()).toEqual({ warnings: [] })
    for (const [index, result] of printed.entries()) {
      await expectStored(system, (result as { key: string }).key, sizes[index] ?? 0)
    }
  })
})

describe('createUploader in bun', () => {
  it.skipIf(!hasRuntime('bun'))('sends a file opened with Bun.file', async () => {
    await uploadAll('bun', 'bun:', { signer: PARTS })
  })
})
