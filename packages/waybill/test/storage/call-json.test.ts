import { type Reply, startAwsService } from '@waybill/test-support/aws-service'
import { startStandIn } from '@waybill/test-support/stand-in'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type AwsJsonOptions, callAwsJson, stringMember } from '../../src/storage/call-json.ts'

const CALL = {
  service: 'secretsmanager',
  target: 'secretsmanager.GetSecretValue',
  body: { SecretId: 'a' },
}
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'the-secret-key' }
const OK: Reply = { status: 200, body: { SecretString: 'text' } }

async function serviceOf(script: readonly Reply[]) {
  const service = await startAwsService(
    CREDENTIALS.secretAccessKey,
    (_call, count) => script[count - 1] ?? { status: 418, body: {} },
  )
  onTestFinished(() => service.close())
  const call = (options: Partial<AwsJsonOptions> = {}) =>
    callAwsJson(CALL, {
      region: 'eu-west-1',
      credentials: CREDENTIALS,
      endpoint: service.endpoint,
      ...options,
    })
  return { service, call }
}

/** Options whose `send` answers what is given, in turn, and keeps what it was asked to send. */
function sending(...answers: readonly ({ status: number; body: string } | Error)[]) {
  const sent: Parameters<NonNullable<AwsJsonOptions['send']>>[0][] = []
  const send: NonNullable<AwsJsonOptions['send']> = async (request) => {
    sent.push(request)
    const answer = answers[sent.length - 1] ?? new Error('nothing more')
    if (answer instanceof Error) throw answer
    return answer
  }
  return { sent, options: { region: 'eu-west-1', credentials: CREDENTIALS, send } }
}

describe('callAwsJson', () => {
  it('sends one signed call with fetch, and returns the response', async () => {
    const { service, call } = await serviceOf([OK])
    expect(await call()).toEqual({ SecretString: 'text' })
    expect(service.calls).toEqual([{ target: CALL.target, body: CALL.body }])
  })

  it('follows no redirect, because its headers and response belong to no other host', async () => {
    const asked: string[] = []
    const other = await startStandIn(async ({ target }) => {
      asked.push(target)
      return { status: 200, body: '{"SecretString":"of somebody else"}' }
    })
    const service = await startStandIn(async () => ({
      status: 307,
      headers: { location: other.url },
    }))
    onTestFinished(async () => {
      await service.close()
      await other.close()
    })
    const options = { region: 'eu-west-1', credentials: CREDENTIALS, endpoint: service.url }
    await expect(callAwsJson(CALL, options)).rejects.toThrow('HTTP 307')
    expect(asked).toEqual([])
  })

  it("signs for the service's own host and time, without a time limit by default", async () => {
    const { sent, options } = sending({ status: 200, body: '' })
    const now = () => new Date('2026-11-24T10:00:00Z')
    expect(await callAwsJson({ ...CALL, mayBeEmpty: true }, { ...options, now })).toEqual({})
    expect(sent).toStrictEqual([
      {
        url: 'https://secretsmanager.eu-west-1.amazonaws.com/',
        body: '{"SecretId":"a"}',
        headers: expect.objectContaining({
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': CALL.target,
          'x-amz-date': '20261124T100000Z',
        }),
      },
    ])
  })

  it('passes on the remaining time', async () => {
    const { sent, options } = sending({ status: 200, body: '{}' })
    await callAwsJson(CALL, { ...options, remainingTimeMs: () => 1234 })
    expect(sent).toMatchObject([{ timeoutMs: 1234 }])
  })

  it.each([
    ['500', { status: 500, body: '' }],
    ['429', { status: 429, body: '{}' }],
    ['a throttled call', { status: 400, body: '{"__type":"ThrottlingException"}' }],
    ['no response', new Error('reset')],
    ['a page of somebody else', { status: 200, body: '<!doctype html>' }],
    ['nothing of somebody else', { status: 200, body: '' }],
    ['JSON of somebody else', { status: 200, body: '["login"]' }],
    ['a truncated answer', { status: 200, body: '{"a":' }],
  ])('retries after %s', async (_what, first) => {
    const { sent, options } = sending(first, { status: 200, body: '{"a":1}' })
    expect(await callAwsJson(CALL, options)).toEqual({ a: 1 })
    expect(sent).toHaveLength(2)
  })

  it('gives up after three attempts, and keeps the cause', async () => {
    const away = new Error('reset')
    const { sent, options } = sending(away, away, away, { status: 200, body: '{}' })
    await expect(callAwsJson(CALL, options)).rejects.toMatchObject({
      message: 'secretsmanager.GetSecretValue failed: Unreachable: no response',
      cause: away,
    })
    expect(sent).toHaveLength(3)
  })

  it('does not wait beyond the remaining time', async () => {
    const { sent, options } = sending(new Error('reset'), { status: 200, body: '{}' })
    await expect(callAwsJson(CALL, { ...options, remainingTimeMs: () => 0 })).rejects.toThrow(
      'Unreachable',
    )
    expect(sent).toHaveLength(1)
  })

  it.each([
    [
      400,
      '{"__type":"com.amazonaws.secretsmanager#ResourceNotFoundException","message":"none"}',
      'ResourceNotFoundException',
      'none',
    ],
    [403, '{"__type":"AccessDenied","Message":"no"}', 'AccessDenied', 'no'],
    [404, 'no JSON', 'HTTP 404', 'no message'],
    [499, '{"__type":1,"message":2}', 'HTTP 499', 'no message'],
  ])('fails at once with %i %s', async (status, body, code, message) => {
    const { sent, options } = sending({ status, body })
    await expect(callAwsJson(CALL, options)).rejects.toMatchObject({
      message: `secretsmanager.GetSecretValue failed: ${code}: ${message}`,
      cause: { status, code, message, retryable: false },
    })
    expect(sent).toHaveLength(1)
  })
})

describe('stringMember', () => {
  it.each([
    [{ a: 'text' }, 'text'],
    [{ a: 1 }, undefined],
    [{}, undefined],
    [null, undefined],
    [undefined, undefined],
    ['a', undefined],
  ])('reads from %j the string %s', (value, text) => {
    expect(stringMember(value, 'a')).toBe(text)
  })
})
