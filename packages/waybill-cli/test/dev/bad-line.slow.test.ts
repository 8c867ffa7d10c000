/**
 * The switch of `waybill dev` that makes the line to the bucket bad.
 *
 * Slow: the line is bad on purpose. `test/faults/single-faults.test.ts` has the client's side,
 * `packages/strict-s3/test/faults` the proxy's.
 *
 * @module
 */

import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { MP4 } from '@waybill/test-support/samples'
import { readObject } from '@waybill/test-support/upload-form'
import { sharedDev } from '@waybill/test-support/waybill-process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createUploader } from 'waybill/client'

const running = sharedDev()
const MIB = 2 ** 20

function setLine(state: string, headers: Readonly<Record<string, string>> = {}) {
  return fetch(`${running().url}/api/line?state=${state}`, { method: 'POST', headers })
}

async function useLine(state: 'bad' | 'cut'): Promise<void> {
  onTestFinished(async () => void (await setLine('good')))
  expect(await (await setLine(state)).json()).toEqual({ state })
}

/** A film that says so in its first bytes, and is otherwise noise of no meaning. */
function film(size: number, name: string): File {
  const bytes = Buffer.alloc(size, name)
  MP4.copy(bytes)
  return new File([bytes], name, { type: 'video/mp4' })
}

function uploaderOf() {
  const { signerUrl } = running()
  return createUploader({ endpoint: signerUrl, retryForMs: 120_000 })
}

describe("waybill dev's bad connection", () => {
  it('breaks requests, and still the whole file arrives', async () => {
    await useLine('bad')
    const file = film(24 * MIB, 'bad.mp4')
    const upload = uploaderOf().upload(file)
    const retried: string[] = []
    upload.on('retry', ({ error }) => retried.push(error.code))
    const { key } = await upload.done
    expect(retried.length).toBeGreaterThan(0)
    const stored = await readObject(running().url, key)
    expect(stored.equals(Buffer.from(await file.arrayBuffer()))).toBe(true)
  })

  it('blocks all traffic while it is cut, and the upload resumes afterwards', async () => {
    await useLine('bad')
    const file = film(24 * MIB, 'cut.mp4')
    const upload = uploaderOf().upload(file)
    const moving = Promise.withResolvers<void>()
    upload.on('progress', ({ sent }) => sent > 0 && moving.resolve())
    await moving.promise
    const waiting = Promise.withResolvers<void>()
    upload.on('state', ({ state }) => state === 'waiting' && waiting.resolve())
    await useLine('cut')
    await waiting.promise
    await setLine('good')
    const { key, size } = await upload.done
    expect(size).toBe(file.size)
    const stored = await readObject(running().url, key)
    expect(stored.equals(Buffer.from(await file.arrayBuffer()))).toBe(true)
  })

  it('stops an upload that began while it was good, once it is cut', async () => {
    const file = film(64 * MIB, 'begun.mp4')
    const upload = uploaderOf().upload(file)
    const entered = (wanted: string) =>
      new Promise<void>((resolve) =>
        upload.on('state', ({ state }) => state === wanted && resolve()),
      )
    const waiting = entered('waiting')
    await entered('uploading')
    await useLine('cut')
    await waiting
    await setLine('good')
    const { size } = await upload.done
    expect(size).toBe(file.size)
  })

  it('breaks a request in progress when it turns bad', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    const url = `${running().s3Url}/uploads/a.txt`
    // The line knows the connection once it has answered on it.
    const first = request(url, { agent }).end()
    const [answer] = await once(first, 'response')
    await once(answer.resume(), 'close')
    const second = request(url, { agent, method: 'PUT', headers: { 'content-length': 2 } })
    const broken = once(second, 'error')
    second.write('a')
    await once(second, 'socket')
    expect(second.reusedSocket).toBe(true)
    await useLine('bad')
    expect(String(await broken)).toMatch(/ECONNRESET|socket hang up/)
  })

  it("can only be switched by this server's page", async () => {
    const foreign = await setLine('cut', { 'sec-fetch-site': 'cross-site' })
    expect(foreign.status).toBe(403)
    const wrong = await setLine('odd')
    expect(wrong.status).toBe(400)
    expect((await wrong.json()).error.message).toBe("state is 'odd', expected good, bad, cut")
    const answer = await fetch(`${running().url}/api/line`)
    expect(await answer.json()).toEqual({ state: 'good' })
  })
})
