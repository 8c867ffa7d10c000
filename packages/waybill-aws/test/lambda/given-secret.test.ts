import { describe, expect, it } from 'vitest'
import { sealingSecret } from '../../src/lambda/sealing-secret.ts'

const FIRST = 'the first secret, of more than thirty-two characters'
const SECOND = 'the second secret, of more than thirty-two characters'

const read = (WAYBILL_SECRET: string) => sealingSecret({ environment: { WAYBILL_SECRET } })()

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
    expect(() => sealingSecret({ environment: {} })).toThrow('WAYBILL_SECRET_ARN')
  })
})

describe('WAYBILL_SECRET_ARN', () => {
  it("is named in the error, which keeps the service's message", async () => {
    const secret = sealingSecret({
      environment: {
        WAYBILL_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:seal',
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'the-secret-key',
      },
      send: async () => ({ status: 400, body: '{"__type":"ResourceNotFoundException"}' }),
    })
    await expect(secret()).rejects.toMatchObject({
      message: expect.stringContaining(':secret:seal'),
      cause: { cause: { status: 400, code: 'ResourceNotFoundException' } },
    })
  })
})
