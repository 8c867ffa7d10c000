/**
 * What the settings of a function make of its handler.
 *
 * @module
 */

import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { describe, expect, it } from 'vitest'
import { lambdaHandler } from 'waybill-aws/lambda'
import { ORIGIN, QUERY, startEnvironment } from './environment.ts'

const { environment, observed } = startEnvironment()

describe('lambdaHandler', () => {
  it('signs a form that S3 accepts, under the prefix, with rules from the environment alone', async () => {
    const handler = lambdaHandler({ environment: environment(), log: () => {} })
    const { body } = await handler(functionUrlEvent({ query: 'name=a.mp4&type=video/mp4&size=5' }))
    const { url, fields } = JSON.parse(body).presignedPost
    expect(fields.key).toMatch(/^uploads\/[\w-]{22}\/a\.mp4$/)
    const form = new FormData()
    for (const [name, value] of Object.entries<string>(fields)) form.append(name, value)
    form.append('file', new Blob(['movie']))
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204)
  })

  it('prefixes the keys of rules in code, too, and only once', async () => {
    const video = { types: ['video/mp4'], maxSize: 1000, form: true, public: true } as const
    const handler = lambdaHandler({
      environment: environment(),
      rules: {
        video,
        films: { ...video, key: ({ id }) => `films/${id}` },
        whole: { ...video, key: ({ id }) => `uploads/films/${id}` },
      },
    })
    const keyOf = async (rule: string) => {
      const { body } = await handler(functionUrlEvent({ query: `${QUERY}&rule=${rule}` }))
      return JSON.parse(body).presignedPost.fields.key
    }
    expect(await keyOf('video')).toMatch(/^uploads\/[\w-]{22}\//)
    expect(await keyOf('films')).toMatch(/^uploads\/films\/[\w-]{22}$/)
    expect(await keyOf('whole')).toMatch(/^uploads\/films\/[\w-]{22}$/)
  })

  it.each([
    [{ WAYBILL_PENDING_TAG: 'on' }, true],
    [{ WAYBILL_PENDING_TAG: 'off' }, false],
    [{}, false],
  ])('signs objects as pending if %j says so', async (setting, tagged) => {
    const handler = lambdaHandler({ environment: environment(setting), log: () => {} })
    const { body } = await handler(functionUrlEvent({ query: 'name=a.mp4&type=video/mp4&size=5' }))
    const { fields } = JSON.parse(body).presignedPost
    expect('tagging' in fields).toBe(tagged)
  })

  it.each([
    [{}, 6 * 24, false],
    [{}, 8 * 24, true],
    [{ WAYBILL_EXPIRES_IN_SECONDS: '7200' }, 1, false],
    [{ WAYBILL_EXPIRES_IN_SECONDS: '7200' }, 3, true],
  ])(
    'accepts a waybill for as long as %j says: expired after %i hours is %s',
    async (setting, hours, expired) => {
      let hoursLater = 0
      const now = () => new Date(Date.now() + hoursLater * 3_600_000)
      const handler = lambdaHandler({
        environment: environment(setting),
        effects: { now },
        log: () => {},
      })
      const headers = { 'content-type': 'application/json' }
      const sha256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='
      const files = [{ name: 'a.mp4', type: 'video/mp4', size: 5, sha256 }]
      const granted = await handler(
        functionUrlEvent({
          method: 'POST',
          headers,
          body: JSON.stringify({ rule: 'video', files }),
        }),
      )
      const [{ waybill }] = JSON.parse(granted.body).uploads
      hoursLater = hours
      const body = JSON.stringify({ waybill })
      const answer = await handler(
        functionUrlEvent({ method: 'POST', path: '/complete', headers, body }),
      )
      const { code } = JSON.parse(answer.body).error
      // What is not expired is not there: nothing was uploaded, and the store's clock is another.
      expect(code === 'WAYBILL_EXPIRED').toBe(expired)
      expect(code).not.toBe('REQUEST_INVALID')
    },
  )

  it('answers under a base path, and nowhere else', async () => {
    const { handler } = observed({ WAYBILL_BASE_PATH: '/api/uploads//' })
    const call = async (path: string) =>
      (await handler(functionUrlEvent({ path, query: QUERY }))).statusCode
    expect(await call('/api/uploads')).toBe(200)
    expect(await call('/api/uploads/')).toBe(200)
    expect(await call('/api/uploadsX')).toBe(404)
    expect(await call('/')).toBe(404)
  })

  it('rejects an unknown option, including its own', () => {
    const make = (options: object) => lambdaHandler({ environment: environment(), ...options })
    expect(() => make({ allowedOrigin: [] })).toThrow(
      /^options has "allowedOrigin", expected only environment, send, log, bucket, /,
    )
    expect(make({ allowedOrigin: undefined, send: undefined })).toBeTypeOf('function')
  })

  it('sets CORS headers when told to', async () => {
    const { handler } = observed({ WAYBILL_CORS: 'handler' })
    const sent = { query: QUERY, headers: { origin: ORIGIN } }
    const { headers } = await handler(functionUrlEvent(sent))
    expect(headers).toMatchObject({ 'access-control-allow-origin': ORIGIN })
  })

  it('leaves CORS to the front if the front sets it', async () => {
    const { handler } = observed({ WAYBILL_CORS: 'url' })
    const { headers } = await handler(
      functionUrlEvent({ query: QUERY, headers: { origin: ORIGIN } }),
    )
    const names = Object.keys(headers ?? {})
    expect(names.filter((name) => /^(?:access-control-|vary$)/.test(name))).toEqual([])
    expect(names).toContain('cache-control')
  })

  it("includes the role's session token in signed forms", async () => {
    const token = 'a-session-token'
    const handler = lambdaHandler({
      environment: environment({ AWS_SESSION_TOKEN: token }),
      log: () => {},
    })
    const { body } = await handler(functionUrlEvent({ query: 'name=a.mp4&type=video/mp4&size=5' }))
    expect(JSON.parse(body).presignedPost.fields['X-Amz-Security-Token']).toBe(token)
  })

  it.each([
    ['WAYBILL_BUCKET', ''],
    ['WAYBILL_RULES', ''],
    ['WAYBILL_RULES', 'video'],
    ['WAYBILL_RULES', '{}'],
    ['WAYBILL_RULES', '{"video":{"types":["video"],"maxSize":1}}'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":1,"minSize":2}}'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":1,"expiresInSeconds":0}}'],
    ['WAYBILL_RULES', '{"video":{"types":"video/mp4","maxSize":1}}'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":true}}'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":9,"form":"yes"}}'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":1,"authorise":true}}'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":9,"requireSha256":"yes"}}'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":9,"expiresInSeconds":"60"}}'],
    ['WAYBILL_CORS', 'both'],
    ['WAYBILL_PENDING_TAG', 'yes'],
    ['WAYBILL_EXPIRES_IN_SECONDS', '7 days'],
    ['WAYBILL_EXPIRES_IN_SECONDS', '0'],
    ['WAYBILL_EXPIRES_IN_SECONDS', 'P7'],
    ['WAYBILL_EXPIRES_IN_SECONDS', '7d'],
    ['WAYBILL_MAX_SIGNATURE_AGE', '1 hour'],
    ['WAYBILL_ADDRESSING', 'host'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":1,"public":"yes"}}'],
    ['WAYBILL_AUTH', 'basic'],
    ['WAYBILL_AUTH', ''],
    ['WAYBILL_SECRET', ''],
  ])('names the setting %s if it is %j', (name, value) => {
    const wrong = { environment: environment({ [name]: value }) }
    expect(() => lambdaHandler(wrong)).toThrow(new RegExp(name))
  })

  it.each([
    [
      undefined,
      '299',
      /rules\.video\.expiresInSeconds is 300, but the bucket accepts signatures for only 299 s/,
    ],
    [undefined, '300', undefined],
    [7200, '3600', /rules\.video\.expiresInSeconds is 7200/],
  ])('rejects rules that sign for %s s if the bucket accepts %s', (expiresInSeconds, age, why) => {
    const signed = expiresInSeconds === undefined ? {} : { expiresInSeconds }
    const video = { types: ['video/mp4'], maxSize: 1, public: true, ...signed } as const
    const options = {
      environment: environment({ WAYBILL_MAX_SIGNATURE_AGE: age }),
      rules: { video },
    }
    const making = expect(() => lambdaHandler(options))
    if (why) making.toThrow(why)
    else making.not.toThrow()
  })

  it('explains what rules must be if they are not JSON, without repeating them', () => {
    const wrong = environment({ WAYBILL_RULES: '{"video":' })
    expect(() => lambdaHandler({ environment: wrong })).toThrow(
      new TypeError('WAYBILL_RULES is not JSON, expected an object of rules by name'),
    )
  })
})
