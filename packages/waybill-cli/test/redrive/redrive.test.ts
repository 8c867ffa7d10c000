import { objectCreatedEvent } from '@waybill/test-support/lambda-events'
import { type Landing, startLanding } from '@waybill/test-support/landing'
import { MP4 } from '@waybill/test-support/samples'
import { startWaybill } from '@waybill/test-support/waybill-process'
import { NO_SIGNALS, ON_WINDOWS } from '@waybill/test-support/windows'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Account, startAccount, storeUnjudged } from './account.ts'

const INVOKE = 'POST /2015-03-31/functions/arrival/invocations'

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

function redrive(...args: readonly string[]) {
  return startWaybill(['redrive', '--function', 'arrival', ...args], { env: account.env })
}

/** The keys of what is in the queue, and can be received. */
function left(): string[] {
  const bodies = account.letters.filter(({ hidden }) => !hidden).map(({ body }) => JSON.parse(body))
  return bodies.map((body) => (body.requestPayload ?? body).detail.object.key)
}

describe('waybill redrive', () => {
  it('judges failed events, however they got into the queue, and empties it', async () => {
    const [honest, forged] = [
      await storeUnjudged(landing, 'a.png'),
      await storeUnjudged(landing, 'b.png', MP4),
    ]
    account.sendFailed(honest.event)
    account.send(forged.event)
    account.send(objectCreatedEvent('uploads', { key: 'gone.png' }))
    const run = redrive()
    expect(await run.exit).toBe(0)
    expect((await landing.tagsOf(honest.key)).waybill).toBe('verified')
    expect((await landing.tagsOf(forged.key)).waybill).toBe('rejected')
    expect(account.letters).toEqual([])
    const lines = run.stdout().trimEnd().split('\n')
    expect(lines.at(-1)).toMatch(/^Judged again: (?=.*1 verified)(?=.*1 rejected)(?=.*1 skipped)/)
    expect(lines).toContain(`verified    ${honest.key}`)
    expect(lines).toContain(`rejected    ${forged.key} (content-differs)`)
  })

  it('continues until the queue is empty', async () => {
    for (let i = 0; i < 23; i += 1) account.send(objectCreatedEvent('uploads', { key: `k${i}` }))
    const run = redrive()
    expect(await run.exit).toBe(0)
    expect(run.stdout()).toMatch(/Judged again: 23 skipped\n$/)
    expect(account.letters).toEqual([])
  })

  it('reports an empty queue', async () => {
    const run = redrive()
    expect(await run.exit).toBe(0)
    expect(run.stdout()).toBe('Judged again: nothing\n')
  })

  it('leaves events in the queue that fail again, and deletes the rest', async () => {
    const [sick, well] = [
      await storeUnjudged(landing, 'a.png'),
      await storeUnjudged(landing, 'b.png'),
    ]
    account.send(sick.event)
    account.send(well.event)
    account.send(objectCreatedEvent('other', { key: 'of another bucket' }))
    account.intercept = (operation, body) =>
      operation === INVOKE && JSON.stringify(body).includes(sick.key)
        ? { status: 200, body: {} }
        : undefined
    const run = redrive()
    expect(await run.exit).toBe(1)
    expect(left().toSorted()).toEqual([sick.key, 'of another bucket'].toSorted())
    expect((await landing.tagsOf(well.key)).waybill).toBe('verified')
    expect(run.stderr()).toContain(`failed      ${sick.key} (the function returned no verdict)`)
    expect(run.stderr()).toMatch(/failed {6}of another bucket \(.*expected 'uploads'/)
    expect(run.stderr()).toContain('are still in the queue')
  })

  it("leaves another function's events, whose keys have a different prefix", async () => {
    const { key, event } = await storeUnjudged(landing, 'a.png')
    await account.close()
    account = await startAccount(landing, { WAYBILL_PREFIX: 'elsewhere/' })
    account.send(event)
    const run = redrive()
    expect(await run.exit).toBe(1)
    expect(left()).toEqual([key])
    expect(run.stderr()).toContain(`failed      ${key} (not judged: other-prefix)`)
  })

  it('leaves events that no scan has cleared, and explains how to have them scanned', async () => {
    const { key, event } = await storeUnjudged(landing, 'a.png')
    await account.close()
    account = await startAccount(landing, { WAYBILL_REQUIRE_SCAN: 'on' })
    account.send(event)
    const run = redrive()
    expect(await run.exit).toBe(1)
    expect(left()).toEqual([key])
    expect(run.stdout()).toContain(`not-scanned ${key} (AWAITED)`)
    expect(run.stderr()).toContain('Have them scanned with waybill rescan')
  })

  it('leaves and names messages that are not events', async () => {
    account.send('no JSON')
    const run = redrive()
    expect(await run.exit).toBe(1)
    expect(run.stderr()).toContain('failed      message m1 (event is missing')
    expect(account.letters).toMatchObject([{ body: 'no JSON', hidden: false }])
  })

  it('only lists the events with --dry-run', async () => {
    const { key, event } = await storeUnjudged(landing, 'a.png')
    account.send(event)
    const run = redrive('--dry-run')
    expect(await run.exit).toBe(0)
    expect(run.stdout()).toBe(`waiting     ${key}\nIn the queue: 1 waiting\n`)
    expect(left()).toEqual([key])
    expect(account.calls.map(({ operation }) => operation)).not.toContain(INVOKE)
  })

  it.each([
    ['the call of the function', INVOKE],
    ['the removal', 'AmazonSQS.DeleteMessage'],
  ])('leaves everything in the queue if %s is denied', async (_what, refused) => {
    const events = [await storeUnjudged(landing, 'a.png'), await storeUnjudged(landing, 'b.png')]
    for (const { event } of events) account.send(event)
    account.intercept = (operation) =>
      operation === refused
        ? { status: 403, body: { __type: 'AccessDeniedException', message: 'you may not' } }
        : undefined
    const run = redrive()
    expect(await run.exit).toBe(1)
    expect(run.stderr()).toMatch(/failed: AccessDeniedException: you may not\n$/)
    expect(run.stderr()).not.toContain('at ')
    expect(left().toSorted()).toEqual(events.map(({ key }) => key).toSorted())
  })

  it('retries if the function is throttled', async () => {
    const { key, event } = await storeUnjudged(landing, 'a.png')
    account.send(event)
    let throttled = 2
    account.intercept = (operation) => {
      if (operation !== INVOKE || throttled === 0) return undefined
      throttled -= 1
      return { status: 429, body: { Type: 'User', message: 'Rate exceeded' } }
    }
    expect(await redrive().exit).toBe(0)
    expect((await landing.tagsOf(key)).waybill).toBe('verified')
  })

  it('finishes calls in flight on Ctrl+C, and leaves the rest in the queue', async ({ skip }) => {
    skip(ON_WINDOWS, NO_SIGNALS)
    for (let i = 0; i < 9; i += 1) account.send(objectCreatedEvent('uploads', { key: `k${i}` }))
    const go = Promise.withResolvers<undefined>()
    const called = Promise.withResolvers<void>()
    account.intercept = (operation) => {
      if (operation !== INVOKE) return undefined
      called.resolve()
      return go.promise
    }
    const run = redrive()
    await called.promise
    run.child.kill('SIGINT')
    await run.said(/Stopping/)
    go.resolve(undefined)
    expect(await run.exit).toBe(130)
    const judged = account.calls.filter(({ operation }) => operation === INVOKE).length
    expect(judged).toBeLessThanOrEqual(4)
    expect(left()).toHaveLength(9 - judged)
    expect(run.stdout()).toContain(`Judged again: ${judged} skipped`)
  })

  it("accepts a queue's URL or ARN, and a function's ARN", async () => {
    account.send(objectCreatedEvent('uploads', { key: 'k' }))
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:arrival'
    const queues = [
      `${account.url}/123456789012/letters`,
      'arn:aws:sqs:us-east-1:123456789012:letters',
    ]
    for (const queue of queues) {
      const args = ['redrive', '--function', arn, '--queue', queue]
      expect(await startWaybill(args, { env: account.env }).exit).toBe(0)
    }
    const urls = account.calls.flatMap(({ body }) => Object(body).QueueUrl ?? [])
    expect(new Set(urls)).toEqual(new Set([queues[0]]))
  })

  it.each([
    [['redrive'], 2, '--function is missing'],
    [['redrive', '--function', 'not a name'], 2, "--function is 'not a name'"],
    [['redrive', '--function', 'arrival', '--queue', 'letters'], 2, "--queue is 'letters'"],
    [
      ['redrive', '--function', 'arn:aws:lambda:eu-west-1:1:function:a', '--region', 'us-east-1'],
      2,
      "--region is 'us-east-1', but the function's ARN has 'eu-west-1'",
    ],
    [['redrive', '--function', 'signer'], 1, "signer is the signer's function"],
    [['redrive', '--function', 'unknown'], 1, 'lambda.GetFunctionConfiguration failed: HTTP 404'],
  ])('rejects %j with %i', async (args, code, message) => {
    const run = startWaybill(args, { env: account.env })
    expect(await run.exit).toBe(code)
    expect(run.stderr()).toContain(message)
    expect(run.stderr()).not.toContain('    at ')
  })
})
