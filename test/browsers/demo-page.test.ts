/**
 * The demo page of `waybill dev` in three engines: what a person does to an upload, and the bytes
 * that are in the bucket afterwards.
 *
 * @module
 */

import { filmOf, MIB, type OpenStage, openStage } from '@waybill/test-support/demo-stage'
import { eventually } from '@waybill/test-support/eventually'
import { listObjects, readObject } from '@waybill/test-support/upload-form'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildDemo } from '../../demo/build.ts'
import { ENGINES } from './engines.ts'

/** The signer grants one form for it. */
const FORM_SIZE = 3 * MIB
/** Six parts. */
const PARTS_SIZE = 40 * MIB

const form = filmOf(FORM_SIZE)
const parts = filmOf(PARTS_SIZE)

beforeAll(() => buildDemo())

/** What every scenario ends with: the file is in the bucket, once, whole, with nothing beside it. */
async function expectStored({ dev, status, unfinished }: OpenStage, bytes: Buffer) {
  await eventually(status).toMatch(/^Verified/)
  const { objects } = await listObjects(dev.url)
  expect(objects.map(({ size }) => size)).toEqual([bytes.length])
  expect((await readObject(dev.url, objects[0]?.key)).equals(bytes)).toBe(true)
  expect(await unfinished()).toEqual([])
}

/** Begins an upload whose first two parts are stored while the others are on their way. */
async function stopAtTwoParts(stage: OpenStage): Promise<void> {
  const { line, recordedParts, choose } = stage
  line.storage.usePlan(({ method, partNumber = 0 }) =>
    method === 'PUT' && partNumber > 2 ? { kind: 'stall-request', afterBytes: MIB } : undefined,
  )
  await choose()
  await line.storage.until(() => line.storage.stalled > 0)
  await eventually(recordedParts).toBe(2)
}

function goOn({ line }: OpenStage): void {
  line.storage.usePlan(() => undefined)
  line.storage.release()
}

function timesSent({ line }: OpenStage, partNumber: number): number {
  const requests = line.storage.exchanges.map(({ request }) => request)
  const same = requests.filter((one) => one.partNumber === partNumber)
  return same.filter(({ method }) => method === 'PUT').length // and not its preflight
}

describe.each(ENGINES)('the demo page in $name', (engine) => {
  it('stores a small file with one form', async (context) => {
    const stage = await openStage(engine, context, await form)
    await stage.choose()
    await expectStored(stage, await form)
    const operations = stage.line.storage.exchanges.map(({ request }) => request.operation)
    expect(operations).toContain('PostObject')
  })

  it('stores a large file in parts', async (context) => {
    const stage = await openStage(engine, context, await parts)
    await stage.choose()
    await expectStored(stage, await parts)
    expect([1, 2, 3, 4, 5, 6].map((number) => timesSent(stage, number))).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('pauses and resumes', async (context) => {
    const stage = await openStage(engine, context, await parts)
    await stopAtTwoParts(stage)
    await stage.act('pause')
    await eventually(stage.status).toBe('Paused')
    goOn(stage)
    await stage.act('resume')
    await expectStored(stage, await parts)
    expect([timesSent(stage, 1), timesSent(stage, 2)]).toEqual([1, 1])
  })

  it('resumes after a reload', async (context) => {
    const stage = await openStage(engine, context, await parts)
    await stopAtTwoParts(stage)
    await stage.browser.reload()
    await eventually(stage.interrupted).toContain('film.mp4')
    goOn(stage)
    await stage.choose()
    await expectStored(stage, await parts)
    expect([timesSent(stage, 1), timesSent(stage, 2)]).toEqual([1, 1])
  })

  it('resumes after the connection was cut', async (context) => {
    const stage = await openStage(engine, context, await parts)
    await stopAtTwoParts(stage)
    stage.line.cut()
    // A browser resends once by itself; the second refusal is seen by the page.
    await stage.line.refused(4)
    goOn(stage)
    stage.line.mend()
    await expectStored(stage, await parts)
    expect([timesSent(stage, 1), timesSent(stage, 2)]).toEqual([1, 1])
  })
})
