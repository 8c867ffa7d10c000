import { describe, expect, it } from 'vitest'
import { credentialsFrom } from '../../src/lambda/environment.ts'

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
