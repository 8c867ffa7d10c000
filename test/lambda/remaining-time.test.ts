/**
 * Lambda ends a function at its time limit, without an answer: the handlers end what they wait for before that.
 *
 * @module
 */

import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { arrivalHandler, lambdaHandler } from 'waybill/lambda'
import { type HungStorage, startHungStorage } from '../support/hung-storage.ts'
import { functionUrlEvent, objectCreatedEvent } from './events.ts'

const ORIGIN = 'https://app.example.com'
const ADA = { iam: { userArn: 'arn:aws:iam::111122223333:user/ada' } }

function environmentOf(endpoint: string) {
  return {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDTESTTESTTESTTEST',
    AWS_SECRET_ACCESS_KEY: 'test-secret-access-key',
    WAYBILL_BUCKET: 'uploads',
    WAYBILL_ENDPOINT: endpoint,
    WAYBILL_SECRET: 'a secret of more than thirty-two characters',
    WAYBILL_ALLOWED_ORIGINS: ORIGIN,
    WAYBILL_AUTH: 'iam',
    WAYBILL_RULES: '{"video":{"types":["video/mp4"],"maxSize":"1 GiB"}}',
  }
}

/**
 * Lambda's second argument, of a function that has so many milliseconds left. Its time passes as
 * time limits do: each one ends as soon as the storage has heard the request. So the test is the
 * same on a machine that has no time for it.
 */
function lambdaContext(leftMs: number, heard: HungStorage['heard']) {
  let left = leftMs
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((limitMs) => {
    const limit = new AbortController()
    left -= limitMs
    heard.then(() => limit.abort(new DOMException('timed out', 'TimeoutError')))
    return limit.signal
  })
  onTestFinished(() => void vi.restoreAllMocks())
  return { getRemainingTimeInMillis: () => left }
}

describe('a storage that hangs', () => {
  it('is answered for by the signer before its function is ended', async () => {
    const { endpoint, asked, heard } = await startHungStorage()
    const handler = lambdaHandler({ environment: environmentOf(endpoint), onError: () => {} })
    const headers = { 'content-type': 'application/json', origin: ORIGIN }
    const body = '{"files":[{"name":"a.mp4","size":50000000,"type":"video/mp4"}]}'
    const context = lambdaContext(800, heard)
    const answer = await handler(functionUrlEvent({ method: 'POST', headers, body }, ADA), context)
    expect(answer.body).toContain('STORAGE_UNAVAILABLE')
    expect(answer.headers?.['access-control-allow-origin']).toBe(ORIGIN)
    expect(asked).toEqual(['POST'])
    expect(context.getRemainingTimeInMillis()).toBe(500)
  })

  it('makes arrival fail before its function is ended, so that the event comes again', async () => {
    const { endpoint, asked, heard } = await startHungStorage()
    const handler = arrivalHandler({ environment: environmentOf(endpoint) })
    const context = lambdaContext(800, heard)
    const judged = handler(objectCreatedEvent('uploads', { key: 'a' }), context)
    await expect(judged).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(asked).toEqual(['HEAD'])
    expect(context.getRemainingTimeInMillis()).toBe(500)
  })
})
