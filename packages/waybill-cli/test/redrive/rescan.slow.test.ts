/**
 * `waybill rescan`: which objects of a bucket are judged, or scanned, once more.
 *
 * Slow: each test starts the program beside a bucket and a function. `redrive.test.ts` has what
 * both commands share: how a function is asked, throttled and stopped.
 *
 * @module
 */

import { type Landing, startLanding } from '@waybill/test-support/landing'
import { MP4, PNG } from '@waybill/test-support/samples'
import { startWaybill } from '@waybill/test-support/waybill-process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Account, startAccount, storeUnjudged } from './account.ts'

const INVOKE = 'POST /2015-03-31/functions/arrival/invocations'
const SCAN = 'POST /object-malware-scan/send'

let landing: Landing
let account: Account

beforeEach(async () => {
  landing = await startLanding()
  account = await startAccount(landing)
})
afterEach(async () => {
  await account.close()
  await landing.close()
})

const unjudged = async (name: string, bytes?: Uint8Array) =>
  (await storeUnjudged(landing, name, bytes)).key

function rescan(...args: readonly string[]) {
  const all = ['rescan', '--function', 'arrival', '--older-than', '0', ...args]
  return startWaybill(all, { env: account.env })
}

const judgedKeys = () =>
  account.calls
    .filter(({ operation }) => operation === INVOKE)
    .map(({ body }) => Object(body).detail.object.key)

describe('waybill rescan', () => {
  it('judges only objects without a verdict', async () => {
    const { key: verified } = await landing.upload('a.png', 'image/png', PNG)
    await landing.putAround('stray.txt', { bytes: 'x' })
    await landing.putObject('pending.txt', { bytes: 'x', tagging: 'waybill=pending' })
    const [honest, forged] = [await unjudged('b.png'), await unjudged('c.png', MP4)]
    const run = rescan()
    expect(await run.exit).toBe(0)
    expect(judgedKeys().toSorted()).toEqual(['pending.txt', honest, forged].toSorted())
    expect((await landing.tagsOf(honest)).waybill).toBe('verified')
    expect((await landing.tagsOf(forged)).waybill).toBe('rejected')
    expect((await landing.tagsOf('pending.txt')).waybill).toBe('rejected')
    expect((await landing.tagsOf(verified)).waybill).toBe('verified')
    expect(run.stdout()).toContain(`rejected    ${forged} (content-differs)\n`)
    expect(run.stdout()).toContain('… 5 objects looked at\n')
    expect(run.stdout()).toMatch(/Judged: (?=.*1 verified)(?=.*2 rejected)/)
    const again = rescan()
    expect(await again.exit).toBe(0)
    expect(again.stdout()).toMatch(/Judged: nothing\n$/)
  })

  it('only lists them with --dry-run', async () => {
    const key = await unjudged('a.png')
    const run = rescan('--dry-run')
    expect(await run.exit).toBe(0)
    expect(run.stdout()).toContain(`untagged    ${key}\n`)
    expect(run.stdout()).toMatch(/Without a verdict: 1 untagged\n$/)
    expect(judgedKeys()).toEqual([])
  })

  it('skips objects that have just arrived, whose event may still come', async () => {
    await unjudged('a.png')
    const run = startWaybill(['rescan', '--function', 'arrival'], {
      env: account.env,
    })
    expect(await run.exit).toBe(0)
    expect(run.stdout()).toContain('… 0 objects looked at\n')
    expect(judgedKeys()).toEqual([])
  })

  it("can be limited to a prefix below the function's", async () => {
    await landing.putObject('a/1', { bytes: 'x' })
    await landing.putObject('b/1', { bytes: 'x' })
    expect(await rescan('--prefix', 'a/').exit).toBe(0)
    expect(judgedKeys()).toEqual(['a/1'])
    const narrow = await startAccount(landing, { WAYBILL_PREFIX: 'uploads/' })
    const run = startWaybill(['rescan', '--function', 'arrival', '--prefix', 'b/'], {
      env: narrow.env,
    })
    expect(await run.exit).toBe(2)
    expect(run.stderr()).toContain("arrival judges only keys that begin with 'uploads/'")
    await narrow.close()
  })

  it('rescans objects that wait for a malware scan', async () => {
    await account.close()
    account = await startAccount(landing, { WAYBILL_REQUIRE_SCAN: 'on' })
    const key = await unjudged('a.png')
    const run = rescan()
    expect(await run.exit).toBe(0)
    const scans = account.calls.filter(({ operation }) => operation === SCAN)
    expect(scans.map(({ body }) => body)).toEqual([{ s3Object: { bucket: 'uploads', key } }])
    expect(run.stdout()).toMatch(/Judged: 1 scanning\n$/)
    expect((await landing.tagsOf(key)).waybill).toBe('pending')
  })

  it('continues after an object that fails, and reports it at the end', async () => {
    const [sick, well] = [await unjudged('a.png'), await unjudged('b.png')]
    account.intercept = (operation, body) =>
      operation === INVOKE && JSON.stringify(body).includes(sick)
        ? { status: 200, body: { errorMessage: 'no verdict' } }
        : undefined
    const run = rescan()
    expect(await run.exit).toBe(1)
    expect(run.stderr()).toContain(`failed      ${sick}`)
    expect((await landing.tagsOf(well)).waybill).toBe('verified')
    expect(run.stdout()).toMatch(/Judged: (?=.*1 failed)(?=.*1 verified)/)
  })

  it('stops if it may not call the function', async () => {
    await unjudged('a.png')
    account.intercept = (operation) =>
      operation === INVOKE
        ? { status: 403, body: { __type: 'AccessDeniedException', Message: 'you may not' } }
        : undefined
    const run = rescan()
    expect(await run.exit).toBe(1)
    expect(run.stderr()).toMatch(/lambda.Invoke failed: AccessDeniedException: you may not\n$/)
  })

  it('stops if it may not list the bucket, without a stack trace', async () => {
    const env = { ...account.env, AWS_ENDPOINT_URL_S3: account.url }
    const all = ['rescan', '--function', 'arrival']
    const run = startWaybill(all, { env })
    expect(await run.exit).toBe(1)
    expect(run.stderr()).toMatch(/^waybill: S3 responded with \w+/)
    expect(run.stderr()).not.toContain('    at ')
  })

  it.each([
    [['rescan'], '--function is missing'],
    [['rescan', '--function', 'arrival', '--older-than', 'a day'], "--older-than is 'a day'"],
  ])('rejects %j', async (args, message) => {
    const run = startWaybill(args, { env: account.env })
    expect(await run.exit).toBe(2)
    expect(run.stderr()).toContain(message)
  })
})
