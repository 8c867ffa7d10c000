import { type HungStorage, startHungStorage, timeLeft } from '@waybill/test-support/hung-storage'
import { functionUrlEvent, objectCreatedEvent } from '@waybill/test-support/lambda-events'
import { describe, expect, it } from 'vitest'
import { arrivalHandler, lambdaHandler } from 'waybill-aws/lambda'
import { credentialsFrom } from '../../src/lambda/execution-environment.ts'

describe('credentialsFrom', () => {
  const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'the-secret-key' }

  it('reads the session token and expiration if they are set', () => {
    const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'the-secret-key' }
    expect(credentialsFrom(KEYS)).toStrictEqual(keys)
    const environment = {
      ...KEYS,
      AWS_SESSION_TOKEN: 'the-session-token',
      AWS_CREDENTIAL_EXPIRATION: '2026-03-01T12:00:00Z',
    }
    expect(credentialsFrom(environment)).toStrictEqual({
      ...keys,
      sessionToken: 'the-session-token',
      expiration: new Date('2026-03-01T12:00:00Z'),
    })
  })

  it('ignores an expiration that is not a valid time', () => {
    const environment = { ...KEYS, AWS_CREDENTIAL_EXPIRATION: 'soon' }
    expect(credentialsFrom(environment)).not.toHaveProperty('expiration')
  })

  it.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const)(
    'names %s if it is missing',
    (name) => {
      expect(() => credentialsFrom({ ...KEYS, [name]: '' })).toThrow(name)
    },
  )
})

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

/** Lambda's second argument, of a function that has so many milliseconds left. */
function lambdaContext(leftMs: number, storage: HungStorage) {
  return { getRemainingTimeInMillis: timeLeft(leftMs, storage) }
}

describe('a storage that hangs', () => {
  it('lets the signer answer before its function times out', async () => {
    const storage = await startHungStorage()
    const { endpoint, asked } = storage
    const handler = lambdaHandler({ environment: environmentOf(endpoint), onError: () => {} })
    const headers = { 'content-type': 'application/json', origin: ORIGIN }
    const body = '{"files":[{"name":"a.mp4","size":50000000,"type":"video/mp4"}]}'
    const context = lambdaContext(800, storage)
    const answer = await handler(functionUrlEvent({ method: 'POST', headers, body }, ADA), context)
    expect(answer.body).toContain('STORAGE_UNAVAILABLE')
    expect(answer.headers?.['access-control-allow-origin']).toBe(ORIGIN)
    expect(asked).toEqual(['POST'])
    expect(context.getRemainingTimeInMillis()).toBe(500)
  })

  it('makes arrival fail before its function times out, so that the event is retried', async () => {
    const storage = await startHungStorage()
    const { endpoint, asked } = storage
    const handler = arrivalHandler({ environment: environmentOf(endpoint) })
    const context = lambdaContext(800, storage)
    const judged = handler(objectCreatedEvent('uploads', { key: 'a' }), context)
    await expect(judged).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(asked).toEqual(['HEAD'])
    expect(context.getRemainingTimeInMillis()).toBe(500)
  })
})
