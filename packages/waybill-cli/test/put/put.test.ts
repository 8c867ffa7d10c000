/**
 * `waybill put`: a real process sends files to a signer and an S3 over HTTP.
 *
 * `put.slow.test.ts` has its mistakes, and what it shows on a terminal.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import { readdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '@waybill/test-support/eventually'
import { NO_SIGNALS, ON_WINDOWS } from '@waybill/test-support/windows'
import { beforeEach, describe, expect, it } from 'vitest'
import type { FaultPlan } from '../../../strict-s3/src/faults/fault.ts'
import { type Line, linesOf, type Stage, startStage } from './stage.ts'

const MIB = 1024 ** 2
/** In parts of 5 MiB. */
const FILM_PARTS = 4
const film = randomBytes(FILM_PARTS * 5 * MIB)

function keyOf(lines: readonly Line[], path: string): string {
  const { key } = lines.find((line) => line.path === path) ?? {}
  if (key === undefined) throw new Error(`${path} is not stored: ${JSON.stringify(lines)}`)
  return key
}

const pathsOf = (lines: readonly Line[]) => lines.map(({ path }) => path).sort()

describe('waybill put', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await startStage()
  })

  it('stores files and folders, with their paths and types', async () => {
    await stage.write('a.png', randomBytes(1000))
    await stage.write('photos/b.mp4', film)
    await stage.write('photos/trip/c d.txt', 'text')
    await stage.write('photos/empty.txt', '')
    const { code, lines, stderr } = await stage.run(['a.png', 'photos/', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^4 files stored/) })
    const paths = ['a.png', 'photos/b.mp4', 'photos/empty.txt', 'photos/trip/c d.txt']
    expect(pathsOf(lines)).toEqual(paths)
    for (const path of paths) await stage.expectStored(keyOf(lines, path), path)
    expect(keyOf(lines, 'a.png')).toMatch(/^image-png\/[\w-]{22}\/a\.png$/)
    expect(keyOf(lines, 'photos/b.mp4')).toMatch(/^video-mp4\/[\w-]{22}\/photos\/b\.mp4$/)
    expect(keyOf(lines, 'photos/trip/c d.txt')).toMatch(/^text-plain\/.+\/photos\/trip\/c d\.txt$/)
  })

  it('writes the receipts of stored files, in the order of the files, and replaces the file', async () => {
    for (const name of ['a.txt', 'b.txt']) await stage.write(name, name)
    await stage.write('c.pdf', 'refused')
    await stage.write('receipts.jsonl', 'from yesterday')
    const args = ['a.txt', 'b.txt', 'c.pdf', '--receipts', 'receipts.jsonl', '--json']
    const { code, lines } = await stage.run(args)
    expect(code).toBe(1)
    const receipts = linesOf(await readFile(join(stage.home, 'receipts.jsonl'), 'utf8'))
    expect(receipts.map(({ path }) => path)).toEqual(['a.txt', 'b.txt'])
    for (const receipt of receipts) expect(lines).toContainEqual(receipt)
    expect(receipts[0]).toEqual({
      ...{ path: 'a.txt', size: 5, key: expect.any(String), receipt: expect.any(String) },
    })
    const { error } = lines.find(({ path }) => path === 'c.pdf') ?? {}
    expect(error).toMatchObject({ code: 'FILE_TYPE_NOT_ALLOWED' })
    expect((await readdir(stage.home)).filter((name) => name.startsWith('receipts'))).toHaveLength(
      1,
    )
  })

  it('expands patterns, but prefers a file of that name, and sends no file twice', async () => {
    for (const name of ['a.txt', 'b.txt', '[a].txt', '.hidden.txt', 'sub/d.txt']) {
      await stage.write(name, name)
    }
    const { lines } = await stage.run(['[a].txt', '*.txt', './a.txt', '**/*.txt', '--json'])
    expect(pathsOf(lines)).toEqual(['[a].txt', 'a.txt', 'b.txt', 'sub/d.txt'])
  })

  it('runs --token-command again, once, when the signer rejects the token', async () => {
    await stage.write('a.txt', 'a')
    await stage.write('count', '')
    const command = 'echo x >> count; echo token-$(wc -l < count)'
    stage.accepted.clear()
    stage.accepted.add('token-1')
    const args = ['a.txt', '--token-command', command]
    const first = await stage.run(args)
    expect(first.code).toBe(0)
    stage.accepted.clear()
    stage.accepted.add('token-3')
    expect((await stage.run(args)).code).toBe(0)
    stage.accepted.clear()
    const third = await stage.run(args)
    expect(third).toMatchObject({ code: 1, stdout: '' })
    expect(third.stderr).toMatch(/^waybill: nothing was sent: UNAUTHENTICATED: who are you\?/)
    expect(await readFile(join(stage.home, 'count'), 'utf8')).toBe('x\n'.repeat(5))
  })
})

describe('an interrupted waybill put', () => {
  /** The third part gets no further, until it is released. */
  const stuck: FaultPlan = ({ partNumber = 0 }) =>
    partNumber >= 3 ? { kind: 'stall-request', afterBytes: 0 } : undefined

  /** Two small files are stored, and two parts of the film. */
  async function startInterrupted() {
    const stage = await startStage({ storagePlan: stuck })
    await stage.write('set/a.txt', 'first')
    await stage.write('set/b.txt', 'second')
    await stage.write('set/film.mp4', film)
    const args = ['set', '--json', '--receipts', 'receipts.jsonl']
    const process = stage.put(args)
    await process.said(/a\.txt[\s\S]*b\.txt|b\.txt[\s\S]*a\.txt/)
    const partsStored = () => {
      const { exchanges } = stage.system.storageProxy
      const stored = exchanges.filter(({ request, status }) => request.partNumber && status === 200)
      return stored.length
    }
    await eventually(partsStored).toBe(2)
    await eventually(() => recordedParts(stage)).toBe(2)
    return { stage, args, process }
  }

  async function recordedParts({ state }: Stage): Promise<number> {
    const [destination = ''] = await readdir(join(state, 'waybill/put'))
    const folder = join(state, 'waybill/put', destination, 'unfinished')
    const [record] = (await readdir(folder)).filter((name) => name.endsWith('.json'))
    if (!record) return 0
    const { crcs } = JSON.parse(await readFile(join(folder, record), 'utf8'))
    return crcs.filter((crc: string) => crc !== '').length
  }

  /** Runs the same command again, without faults, and counts what it sends. */
  async function runAgain(stage: Stage, args: readonly string[]) {
    const { storageProxy } = stage.system
    storageProxy.usePlan(() => undefined)
    const before = storageProxy.exchanges.length
    const ended = await stage.run(args)
    const since = storageProxy.exchanges.slice(before).map(({ request }) => request)
    const parts = since.flatMap(({ partNumber, method }) => (method === 'PUT' && partNumber) || [])
    return {
      ...ended,
      parts: parts.sort(),
      forms: since.filter(({ method, query }) => method === 'POST' && query.size === 0).length,
    }
  }

  it.for(['SIGKILL', 'SIGINT'] as const)(
    'continues with what is missing after %s, and starts anew once all was stored',
    async (signal, { skip }) => {
      skip(ON_WINDOWS, NO_SIGNALS)
      const { stage, args, process } = await startInterrupted()
      process.child.kill(signal)
      if (signal === 'SIGINT') {
        await eventually(process.stderr).toContain('Stopped: 2 of 3 files stored. Run the same')
        // Parts that are nearly sent may still finish.
        stage.system.storageProxy.release()
      }
      expect(await process.exit).toBe(signal === 'SIGINT' ? 130 : 137)
      expect(await readdir(stage.home)).not.toContain('receipts.jsonl')
      const second = await runAgain(stage, args)
      expect(second).toMatchObject({ code: 0, forms: 0 })
      if (signal === 'SIGKILL') expect(second.parts).toEqual([3, 4])
      expect(second.parts.filter((partNumber) => partNumber < 3)).toEqual([])
      expect(second.stderr).toMatch(/^3 files stored, 2 of them by an earlier run \(/)
      const paths = ['set/a.txt', 'set/b.txt', 'set/film.mp4']
      expect(pathsOf(second.lines)).toEqual(paths)
      for (const path of paths) await stage.expectStored(keyOf(second.lines, path), path)
      for (const line of linesOf(process.stdout())) expect(second.lines).toContainEqual(line)
      const receipts = linesOf(await readFile(join(stage.home, 'receipts.jsonl'), 'utf8'))
      expect(pathsOf(receipts)).toEqual(paths)
      const third = await runAgain(stage, args)
      expect(third).toMatchObject({ code: 0, parts: [1, 2, 3, 4], forms: 2 })
    },
  )

  it('sends changed files again, and everything for another caller', async ({ skip }) => {
    skip(ON_WINDOWS, NO_SIGNALS)
    const { stage, args, process } = await startInterrupted()
    process.child.kill('SIGKILL')
    await process.exit
    stage.accepted.add('other')
    const other = await runAgain(stage, [...args, '--token', 'other'])
    expect(other).toMatchObject({ code: 0, forms: 2 })
    expect(other.parts).toHaveLength(FILM_PARTS)
    const lines = linesOf(process.stdout())
    await stage.write('set/a.txt', 'other')
    // Whoever sets a file's date back does not hide that it has changed.
    await utimes(join(stage.home, 'set/a.txt'), new Date(0), new Date(0))
    const again = await runAgain(stage, args)
    expect(again).toMatchObject({ code: 0, parts: [3, 4], forms: 1 })
    expect(keyOf(again.lines, 'set/b.txt')).toBe(keyOf(lines, 'set/b.txt'))
    await stage.expectStored(keyOf(again.lines, 'set/a.txt'), 'set/a.txt')
  })
})
