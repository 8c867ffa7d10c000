/**
 * The points about what stands before the signer and about the account, on a deployment that
 * answers as AWS is expected to, and on one that answers otherwise.
 *
 * @module
 */

import { type Asked, refused } from '@waybill/test-support/stand-in'
import { describe, expect, it } from 'vitest'
import { fetchAccelerated } from './accelerated.ts'
import { openStage } from './open-stage.ts'
import { answering, differs, expected, isForm, notSeen, seeOn } from './seen-point.ts'

const stage = openStage()
const see = seeOn(stage)

describe('point 6, CloudFront before the signer', () => {
  const token = 'the-token'
  const behind = (more: object = {}) =>
    Object.assign(stage.front, { cloudFront: true, token, ...more })

  it('sees preflights, hashes and the token of the viewer', async () => {
    behind()
    expect(await see(6, stage.run({ token }))).toEqual(
      expected(
        /^OPTIONS 204, origin https:\/\/app.example.com; POST 4\d\d \w+; x-viewer-authorization 401/,
      ),
    )
  })

  it('says that without a token one of them cannot be seen', async () => {
    Object.assign(stage.front, { cloudFront: true })
    expect(await see(6)).toEqual(notSeen(/OPTIONS 204.*no token was given/))
  })

  it('is not seen without CloudFront', async () => {
    expect(await see(6)).toEqual(notSeen(/no CloudFront/))
  })

  it.each([
    [
      'CORS is missing',
      ({ method }: Asked) => method === 'OPTIONS',
      { status: 204 },
      /origin not allowed/,
    ],
    [
      'OPTIONS is refused',
      ({ method }: Asked) => method === 'OPTIONS',
      { status: 403 },
      /OPTIONS 403/,
    ],
    [
      'a POST does not arrive',
      ({ method }: Asked) => method === 'POST',
      { status: 403 },
      /POST 403, not by the signer/,
    ],
  ])('notices that %s', async (_, when, wrong, came) => {
    behind()
    stage.spoil('signer', answering(when, wrong))
    expect(await see(6, stage.run({ token }))).toEqual(differs(came))
  })

  it('notices that a header of the viewer is believed', async () => {
    behind({ edgeForgets: true })
    expect(await see(6, stage.run({ token }))).toEqual(
      differs(/x-viewer-authorization 200: believed/),
    )
  })
})

describe('point 7, IAM before the signer', () => {
  it('sees that the address answers preflights itself, and signs its own calls', async () => {
    stage.front.iam = true
    expect(await see(7)).toEqual(expected(/^OPTIONS 200, origin https/))
    expect((await stage.run().signer.call({ method: 'GET', path: '/rules' })).status).toBe(200)
  })

  it('notices that preflights are refused', async () => {
    stage.front.iam = true
    stage.spoil(
      'signer',
      answering(({ method }) => method === 'OPTIONS', {
        status: 403,
        body: '{"Message":"Forbidden"}',
      }),
    )
    expect(await see(7)).toEqual(differs(/OPTIONS 403, origin not allowed/))
  })
})

describe('point 8, Transfer Acceleration', () => {
  const ENABLED = {
    status: 200,
    body: '<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>',
  }
  const accelerated = () => stage.run({ fetch: fetchAccelerated(stage.s3Url) })
  const isAccelerated = ({ headers }: Asked) => headers.host?.includes('s3-accelerate') ?? false

  it('sees a form and a list at the accelerated address', async () => {
    stage.spoil(
      's3',
      answering(({ query }) => query.has('accelerate'), ENABLED),
    )
    expect(await see(8, accelerated())).toEqual(expected(/^form 204; list 200$/))
  })

  it.each([
    ['forms', isForm, /form 400 InvalidRequest/],
    ['lists', ({ query }: Asked) => query.has('uploads'), /list 400 InvalidRequest/],
  ])('notices that it takes no %s', async (_, what, came) => {
    stage.spoil('s3', async (asked) => {
      if (asked.query.has('accelerate')) return ENABLED
      return isAccelerated(asked) && what(asked) ? refused(400, 'InvalidRequest') : undefined
    })
    expect(await see(8, accelerated())).toEqual(differs(came))
  })
})

describe("point 9, GuardDuty's plan", () => {
  it('notices that it does not work, and why', async () => {
    stage.state.planStatus = 'ERROR'
    expect(await see(9)).toEqual(differs(/^ERROR: INSUFFICIENT_PERMISSIONS$/))
  })
})

describe('point 10, a new account', () => {
  it('notices that calls are throttled', async () => {
    stage.spoil(
      'signer',
      answering(() => true, { status: 429 }),
    )
    expect(await see(10)).toEqual(differs(/10 of 10 calls: 429/))
  })

  it('notices a stack whose update has failed', async () => {
    const { deployment } = stage.run()
    const stack = { ...stage.state.stack, status: 'UPDATE_ROLLBACK_COMPLETE' }
    expect(await see(10, stage.run({ deployment: { ...deployment, stack } }))).toEqual(
      differs(/^UPDATE_ROLLBACK_COMPLETE$/),
    )
  })

  it('is not seen in an account that may run many functions', async () => {
    stage.state.concurrency = 1000
    expect(await see(10)).toEqual(notSeen(/account limit 1000: not a new account/))
  })
})

describe('point 13, what a failed creation leaves', () => {
  const failed = (...buckets: readonly string[]) => [{ id: 'an-earlier-stack', buckets }]

  it('sees that nothing is left', async () => {
    stage.state.failed = failed('a-bucket-that-is-gone')
    expect(await see(13)).toEqual(expected(/^1 failed, nothing left, and CREATE_COMPLETE since$/))
  })

  it('notices a bucket that was left', async () => {
    stage.state.failed = failed(stage.bucket)
    expect(await see(13)).toEqual(differs(new RegExp(`^left: ${stage.bucket}$`)))
  })
})
