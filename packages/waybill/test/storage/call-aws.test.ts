import { type Reply, startAwsService } from '@waybill/test-support/aws-service'
import { type Asked, type Given, startStandIn } from '@waybill/test-support/stand-in'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type AwsJsonOptions,
  callAwsJson,
  callAwsRest,
  stringMember,
} from '../../src/storage/call-aws.ts'

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
      code,
      cause: { status, code, message },
    })
    expect(sent).toHaveLength(1)
  })
})

describe('callAwsRest', () => {
  /** A Lambda that answers in turn, over HTTP; an answer without a status closes the connection. */
  async function lambdaOf(...script: readonly Partial<Given>[]) {
    const asked: Asked[] = []
    const service = await startStandIn(async (call) => {
      asked.push(call)
      return { status: 200, ...script[asked.length - 1] }
    })
    onTestFinished(() => service.close())
    const waited: number[] = []
    const options = {
      region: 'eu-west-1',
      credentials: async () => ({ ...CREDENTIALS, sessionToken: `token-${asked.length}` }),
      endpoint: service.url,
      wait: async (delayMs: number) => void waited.push(delayMs),
    }
    const call = { service: 'lambda', name: 'lambda.Invoke', timeoutMs: 5_000 } as const
    const invoke = () =>
      callAwsRest({ ...call, method: 'POST', path: '/functions/a', body: '{"a":1}' }, options)
    return { asked, waited, invoke, options, call, service }
  }

  it('sends one signed call, and returns body and headers', async () => {
    const { asked, invoke } = await lambdaOf({ status: 202, headers: { 'x-a': 'b' }, body: 'text' })
    const response = await invoke()
    expect(response).toMatchObject({ status: 202, body: 'text' })
    expect(response.header('x-a')).toBe('b')
    expect(response.header('x-b')).toBeUndefined()
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({
      method: 'POST',
      target: '/functions/a',
      headers: {
        'content-type': 'application/json',
        authorization: expect.stringMatching(/\/eu-west-1\/lambda\/aws4_request, SignedHeaders=/),
      },
    })
    expect(String(asked[0]?.body)).toBe('{"a":1}')
  })

  it.each([500, 503, 429])('sends it again after %i, with new credentials', async (status) => {
    const { asked, waited, invoke } = await lambdaOf({ status }, { body: 'text' })
    expect(await invoke()).toMatchObject({ body: 'text' })
    expect(asked.map(({ headers }) => headers['x-amz-security-token'])).toEqual([
      'token-0',
      'token-1',
    ])
    expect(waited).toHaveLength(1)
  })

  it('gives up after six tries, and waits longer before each', async () => {
    const { asked, waited, invoke } = await lambdaOf(...Array(6).fill({ status: 500 }))
    await expect(invoke()).rejects.toThrow('lambda.Invoke failed: HTTP 500: no message')
    expect(asked).toHaveLength(6)
    const ceilings = [400, 800, 1600, 3200, 6400]
    expect(waited).toHaveLength(ceilings.length)
    for (const [index, delayMs] of waited.entries()) {
      expect(delayMs).toBeLessThan(ceilings[index] ?? 0)
    }
  })

  it('sends it again if nothing answers, and quotes no URL', async () => {
    const { waited, call, options, service } = await lambdaOf()
    await service.close()
    await expect(
      callAwsRest({ ...call, method: 'GET', path: '/functions/a' }, options),
    ).rejects.toThrow(/^lambda\.Invoke failed: Unreachable: no response$/)
    expect(waited).toHaveLength(5)
  })

  it.each<[string, Partial<Given>, string]>([
    [
      'the code of a header',
      {
        headers: { 'x-amzn-errortype': 'ResourceNotFoundException:http://internal.amazon.com/a' },
        body: '{"Message":"none"}',
      },
      'ResourceNotFoundException: none',
    ],
    [
      'the code of the body',
      { body: '{"__type":"com.amazonaws.guardduty#BadRequestException","message":"no"}' },
      'BadRequestException: no',
    ],
    ['the status of a page', { body: '<html>' }, 'HTTP 404: no message'],
  ])('fails at once with %s', async (_what, given, said) => {
    const { asked, invoke } = await lambdaOf({ status: 404, ...given })
    await expect(invoke()).rejects.toThrow(`lambda.Invoke failed: ${said}`)
    expect(asked).toHaveLength(1)
  })

  it('follows no redirect', async () => {
    const { asked, invoke } = await lambdaOf({ status: 307, headers: { location: '/elsewhere' } })
    await expect(invoke()).rejects.toThrow('HTTP 307')
    expect(asked).toHaveLength(1)
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
