import { type AwsService, type Reply, startAwsService } from '@waybill/test-support/aws-service'
import { eventually } from '@waybill/test-support/eventually'
import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { afterEach, describe, expect, it } from 'vitest'
import { lambdaHandler } from 'waybill-aws/lambda'
import { createSeal } from '../../src/seal/seal.ts'
import { sealingSecret } from '../../src/settings/secrets.ts'

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:seal-AbCdEf'
const FIRST = 'the first secret, of more than thirty-two characters'
const SECOND = 'the second secret, of more than thirty-two characters'
const ORIGIN = 'https://app.example.com'
const EVENT = functionUrlEvent({
  query: 'name=a.mp4&type=video/mp4&size=5',
  headers: { origin: ORIGIN },
})

const services: AwsService[] = []
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()))
})

async function setUp(reply: (count: number) => Reply, now?: () => Date) {
  const service = await startAwsService('the-secret-key', (_call, count) => reply(count))
  services.push(service)
  const environment = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'the-secret-key',
    AWS_SESSION_TOKEN: 'the-session-token',
    WAYBILL_BUCKET: 'uploads',
    WAYBILL_SECRET_ARN: ARN,
    WAYBILL_SECRETS_ENDPOINT: service.endpoint,
    WAYBILL_RULES: '{"video":{"types":["video/mp4"],"maxSize":1000,"form":true,"public":true}}',
    WAYBILL_AUTH: 'none',
    WAYBILL_ALLOWED_ORIGINS: ORIGIN,
  }
  const told: string[] = []
  const onError = (error: unknown) => told.push(String(error))
  const handler = lambdaHandler({
    environment,
    onError,
    log: () => {},
    ...(now ? { effects: { now } } : {}),
  })
  return { service, handler, told, sign: async () => sealedWith((await handler(EVENT)).body) }
}

/** Which secret sealed the waybill in a signer's answer. */
async function sealedWith(body: string): Promise<string | undefined> {
  const sealed = JSON.parse(body).presignedPost.fields['x-amz-meta-waybill']
  for (const secret of [FIRST, SECOND]) {
    const opened = await createSeal(secret, { bucket: 'uploads', region: 'eu-west-1' })
      .open(sealed)
      .catch(() => undefined)
    if (opened) return secret
  }
  return undefined
}

const value = (text: string): Reply => ({ status: 200, body: { SecretString: text } })

describe("the signer's secret", () => {
  it('is read once, with a signed call, however many requests wait for it', async () => {
    const { service, sign } = await setUp(() => value(FIRST))
    expect(await Promise.all([sign(), sign(), sign()])).toEqual([FIRST, FIRST, FIRST])
    expect(await sign()).toBe(FIRST)
    expect(service.calls).toEqual([
      { target: 'secretsmanager.GetSecretValue', body: { SecretId: ARN } },
    ])
  })

  it('is read while the function starts, before its first call', async () => {
    const { service, sign } = await setUp(() => value(FIRST))
    await eventually(() => service.calls).toHaveLength(1)
    expect(await sign()).toBe(FIRST)
    expect(service.calls).toHaveLength(1)
  })

  it('may be a list, whose first secret seals', async () => {
    const { sign } = await setUp(() => value(JSON.stringify([SECOND, FIRST])))
    expect(await sign()).toBe(SECOND)
  })

  it('may be a list that begins with white space', async () => {
    const { sign } = await setUp(() => value(`\n ${JSON.stringify([SECOND, FIRST])}`))
    expect(await sign()).toBe(SECOND)
  })

  it('is read again after a quarter of an hour, and then the new one seals', async () => {
    let time = Date.parse('2026-11-24T10:00:00Z')
    const { service, sign } = await setUp(
      (count) => value(count === 1 ? FIRST : JSON.stringify([SECOND, FIRST])),
      () => new Date(time),
    )
    expect(await sign()).toBe(FIRST)
    time += 14 * 60_000
    expect(await sign()).toBe(FIRST)
    time += 2 * 60_000
    expect(await sign()).toBe(SECOND)
    expect(service.calls).toHaveLength(2)
  })

  it('stays in use while Secrets Manager is unavailable, with a retry after a minute', async () => {
    let time = Date.parse('2026-11-24T10:00:00Z')
    const away = { status: 400, body: { __type: 'AccessDeniedException' } }
    const { service, told, sign } = await setUp(
      (count) => (count === 1 ? value(FIRST) : count === 2 ? away : value(SECOND)),
      () => new Date(time),
    )
    expect(await sign()).toBe(FIRST)
    time += 60 * 60_000
    expect([await sign(), await sign()]).toEqual([FIRST, FIRST])
    expect(service.calls).toHaveLength(2)
    expect(told).toEqual([expect.stringContaining('AccessDeniedException')])
    time += 61_000
    expect(await sign()).toBe(SECOND)
  })

  it('is requested again if the service was throttled or failed', async () => {
    const { service, sign } = await setUp((count) => {
      if (count === 1) return { status: 400, body: { __type: 'ThrottlingException' } }
      return count === 2 ? { status: 500, body: {} } : value(FIRST)
    })
    expect(await sign()).toBe(FIRST)
    expect(service.calls).toHaveLength(3)
  })

  it.each([
    [
      'it is not there',
      { status: 400, body: { __type: 'x#ResourceNotFoundException', message: 'no such' } },
      `secret '${ARN}' could not be read: secretsmanager.GetSecretValue failed: ResourceNotFoundException: no such`,
    ],
    ['it has no text', { status: 200, body: { SecretBinary: 'AAAA' } }, 'has no SecretString'],
    ['it is a list of numbers', value('[1,2]'), 'expected one or more strings'],
    [
      'one of its list is no text',
      value(JSON.stringify([FIRST, 1])),
      `secret '${ARN}' is a list of other values, expected one or more strings`,
    ],
    ['its list is empty', value('[]'), 'expected one or more strings'],
    ['it is short', value('short'), 'expected at least 32'],
    ['it is half a list', value('["x"'), 'starts like a JSON list but is not valid JSON'],
  ])(
    'is explained in the log if %s; the signer answers 503, and retries with the next request',
    async (_what, reply, message) => {
      const { handler, told, sign } = await setUp((count) => (count === 1 ? reply : value(FIRST)))
      const { statusCode, headers, body } = await handler(EVENT)
      expect(statusCode).toBe(503)
      expect(headers?.['access-control-allow-origin']).toBe(ORIGIN)
      expect(JSON.parse(body)).toMatchObject({
        error: {
          code: 'SIGNER_UNAVAILABLE',
          message: 'the signer has no secret to seal with, its log says why',
        },
      })
      expect(told).toEqual([expect.stringContaining(message)])
      expect(await sign()).toBe(FIRST)
    },
  )

  it('stays in use if an invalid one replaces it', async () => {
    let time = Date.parse('2026-11-24T10:00:00Z')
    const { told, sign } = await setUp(
      (count) => value(count === 1 ? FIRST : 'short-secret'),
      () => new Date(time),
    )
    expect(await sign()).toBe(FIRST)
    time += 16 * 60_000
    expect(await sign()).toBe(FIRST)
    expect(told).toEqual([expect.stringContaining('expected at least 32')])
    expect(told.join()).not.toContain('short-secret')
  })
})

const credentials = () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'the-secret-key' })

const read = (WAYBILL_SECRET: string) =>
  sealingSecret({ environment: { WAYBILL_SECRET }, credentials })()

describe('WAYBILL_SECRET', () => {
  it.each([
    ['one text', FIRST, [FIRST]],
    ['a JSON list of texts', JSON.stringify([FIRST, SECOND]), [FIRST, SECOND]],
    ['one text that holds a list', `${FIRST} []`, [`${FIRST} []`]],
  ])('may be %s', async (_what, text, secrets) => {
    expect(await read(text)).toEqual(secrets)
  })

  it.each([
    ['half a list', `["${FIRST}"`, 'WAYBILL_SECRET starts like a JSON list but is not valid JSON'],
    [
      'a list with a number',
      `["${FIRST}", 1]`,
      'WAYBILL_SECRET is a list of other values, expected one or more strings',
    ],
    ['an empty list', '[]', 'WAYBILL_SECRET is a list of other values'],
  ])('is rejected at once if it is %s', (_what, text, message) => {
    expect(() => read(text)).toThrow(TypeError)
    expect(() => read(text)).toThrow(message)
    expect(() => read(text)).not.toThrow('first secret')
  })

  it('must be set if WAYBILL_SECRET_ARN is not', () => {
    expect(() => sealingSecret({ environment: {}, credentials })).toThrow('WAYBILL_SECRET_ARN')
  })
})

describe('WAYBILL_SECRET_ARN', () => {
  it("is named in the error, which keeps the service's message", async () => {
    const secret = sealingSecret({
      environment: {
        WAYBILL_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:seal',
      },
      credentials,
      send: async () => ({ status: 400, body: '{"__type":"ResourceNotFoundException"}' }),
    })
    await expect(secret()).rejects.toMatchObject({
      message: expect.stringContaining(':secret:seal'),
      cause: { code: 'ResourceNotFoundException', cause: { status: 400 } },
    })
  })
})
