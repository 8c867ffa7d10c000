import {
  CREDENTIALS,
  SECRET,
  signerFor,
  VIDEO_LIMITS,
  VIDEO_RULE,
} from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { RuleLimits, UploadRule } from 'waybill'
import { createSigner } from 'waybill/signer'

describe('createSigner', () => {
  it('throws that Node is too old', () => {
    const { withResolvers } = Promise
    Reflect.deleteProperty(Promise, 'withResolvers')
    try {
      expect(() => signerFor({ video: VIDEO_RULE })).toThrow(
        `this is Node ${process.versions.node}, expected 22.18 or newer`,
      )
    } finally {
      Object.assign(Promise, { withResolvers })
    }
  })

  it('throws that required options are missing', () => {
    expect(() => createSigner(undefined as never)).toThrow('options is missing')
  })

  it.each<[string, object]>([
    ["bucket is 'Uploads'", { bucket: 'Uploads' }],
    ["bucket is 'undefined'", { bucket: undefined }],
    ["region is ''", { region: '' }],
    ["region is 'undefined'", { region: undefined }],
    ["endpoint is 'ftp://x'", { endpoint: 'ftp://x' }],
    ['credentials is undefined, expected { accessKeyId', { credentials: undefined }],
    ['credentials is null', { credentials: null }],
    ['credentials is string', { credentials: 'AKIDEXAMPLE' }],
    ['credentials.accessKeyId is undefined', { credentials: { secretAccessKey: 'x' } }],
    [
      'credentials.secretAccessKey is empty',
      { credentials: { ...CREDENTIALS, secretAccessKey: '' } },
    ],
    [
      'credentials.secretAccessKey is null, expected a string',
      { credentials: { ...CREDENTIALS, secretAccessKey: null } },
    ],
    [
      'credentials.secretAccessKey begins or ends with white space',
      { credentials: { ...CREDENTIALS, secretAccessKey: 'hush\n' } },
    ],
    ['secret is 5 characters', { secret: 'short' }],
    ['secret is missing', { secret: undefined }],
    ['secret is missing', { secret: [undefined, undefined] }],
    ['allowedOrigins is undefined', { allowedOrigins: undefined }],
    ['allowedOrigins is string', { allowedOrigins: 'https://app.example.com' }],
    ["singleRequest is 'multipart', expected 'post' or 'put'", { singleRequest: 'multipart' }],
    ["multipart is 'no', expected true or false", { multipart: 'no' }],
    ['multipartThreshold is 6442450944 bytes', { multipartThreshold: '6 GiB' }],
    ["multipartThreshold is 'much'", { multipartThreshold: 'much' }],
    ['partSize is 1048576 bytes', { partSize: '1 MiB' }],
    ['partSize is 5368709121 bytes', { partSize: 5 * 1024 ** 3 + 1 }],
    ["partSize is 'much'", { partSize: 'much' }],
    ['waybillExpiresInSeconds is 0', { waybillExpiresInSeconds: 0 }],
    ['maxAttempts is 0', { maxAttempts: 0 }],
    ['requestTimeoutMs is 1.5', { requestTimeoutMs: 1.5 }],
  ])('throws that %s', (message, options) => {
    expect(() => signerFor({ video: VIDEO_RULE }, options)).toThrow(message)
  })

  it.each([
    ['threshold of parts', { multipartThreshold: '5 GiB' }],
    ['part', { partSize: '5 GiB' }],
    ['file where the store has no parts', { multipart: false }],
  ] as const)("allows S3's single-request limit as the largest %s", (_, options) => {
    const rule = { ...VIDEO_RULE, maxSize: '5 GiB' } as const
    expect(() => signerFor({ video: rule }, options)).not.toThrow()
  })

  it.each<[string, Partial<RuleLimits<unknown, unknown>>]>([
    ['rules.video.types is empty', { types: [] }],
    ["rules.video.types has 'mp4'", { types: ['mp4'] }],
    ["rules.video.types has 'Video/MP4'", { types: ['Video/MP4'] }],
    ["rules.video.types has 'video/mp4, text/html'", { types: ['video/mp4, text/html'] }],
    ["rules.video.types has '*'", { types: ['*'] }],
    ["rules.video.maxSize is '-1'", { maxSize: -1 }],
    ['rules.video.maxSize is 60000000000000 bytes', { maxSize: '60 TB' }],
    ['rules.video.minSize is 200000000 bytes', { minSize: '200 MB' }],
    ['rules.video.expiresInSeconds is 0', { expiresInSeconds: 0 }],
    ['rules.video.expiresInSeconds is 604801', { expiresInSeconds: 604_801 }],
  ])('throws that %s', (message, rule) => {
    expect(() => signerFor({ video: { ...VIDEO_RULE, ...rule } })).toThrow(message)
  })

  it.each(['__proto__', 'Video', 'a b', '', 'x'.repeat(33)])(
    'throws for a rule named %j',
    (name) => {
      expect(() => signerFor(Object.fromEntries([[name, VIDEO_RULE]]))).toThrow(
        'rules has the name',
      )
    },
  )

  it.each<[string, object, object]>([
    [
      'rules.video does not say who may upload: add authorize to the rule or the signer',
      VIDEO_LIMITS,
      {},
    ],
    ['or set public: true in the rule to let everyone upload', VIDEO_LIMITS, {}],
    ['rules.video does not say who may upload', { ...VIDEO_LIMITS, public: false }, {}],
    ['rules.video does not say who may upload', { ...VIDEO_LIMITS, authorize: undefined }, {}],
    ['rules.video.public is "yes", expected true or false', { ...VIDEO_LIMITS, public: 'yes' }, {}],
    ['rules.video.requireSha256 is "yes"', { ...VIDEO_RULE, requireSha256: 'yes' }, {}],
    [
      'rules.video.types is "video/mp4", expected a list',
      { ...VIDEO_RULE, types: 'video/mp4' },
      {},
    ],
    ['rules.video.maxSize is missing', { ...VIDEO_RULE, maxSize: undefined }, {}],
    ['rules.video.minSize is null', { ...VIDEO_RULE, minSize: null }, {}],
    ['rules.video.authorize is an object', { ...VIDEO_LIMITS, authorize: {} }, {}],
    ['rules.video.authorize is null', { ...VIDEO_RULE, authorize: null }, {}],
    ['rules.video.authorize is a string', VIDEO_LIMITS, { authorize: 'everybody' }],
  ])('throws that %s', (message, rule, options) => {
    const create = () => signerFor({ video: rule as UploadRule }, options)
    expect(create).toThrow(TypeError)
    expect(create).toThrow(message)
  })

  it('throws for an unknown rule option', () => {
    const rule = { ...VIDEO_RULE, authorise: () => false }
    expect(() => signerFor({ video: rule })).toThrow('rules.video has "authorise"')
  })

  it('throws for an unknown option, and lists the known ones', () => {
    const options: object = { allowedOrigin: [] }
    expect(() => signerFor({ video: VIDEO_RULE }, options)).toThrow(
      /^options has "allowedOrigin", expected only bucket, region, .*, allowedOrigins, /,
    )
  })

  it('ignores an unknown option that is undefined', () => {
    const options: object = { allowedOrigin: undefined }
    expect(() => signerFor({ video: VIDEO_RULE }, options)).not.toThrow()
    expect(() => signerFor({ video: { ...VIDEO_RULE, ...options } })).not.toThrow()
  })

  it('shows only the beginning of a name, escaped', () => {
    const options: object = { [`\n${'x'.repeat(1000)}`]: 1 }
    expect(() => signerFor({ video: VIDEO_RULE }, options)).toThrow(
      /^options has "\\nx{61}…", expected only bucket, /,
    )
  })

  it('throws if there are no rules', () => {
    expect(() => signerFor({})).toThrow('rules is empty')
    expect(() => signerFor(JSON.parse('null'))).toThrow('rules is null')
    expect(() => signerFor(JSON.parse('[]'))).toThrow('rules is a list')
    expect(() => signerFor(JSON.parse('{"video":null}'))).toThrow('rules.video is null')
  })

  it('throws for a form if the store has no POST policies', () => {
    expect(() =>
      signerFor({ video: { ...VIDEO_RULE, form: true } }, { singleRequest: 'put' }),
    ).toThrow('rules.video.form needs POST policies')
  })

  it('throws for files that need parts if the store has none', () => {
    expect(() =>
      signerFor({ video: { ...VIDEO_RULE, maxSize: '6 GiB' } }, { multipart: false }),
    ).toThrow('rules.video.maxSize is 6442450944 bytes')
  })

  it('throws a TypeError for missing credentials, without revealing those present', () => {
    const options: object = { credentials: { secretAccessKey: 'hunter2' } }
    const create = () => signerFor({ video: VIDEO_RULE }, options)
    expect(create).toThrow(TypeError)
    expect(create).toThrow(/^(?!.*hunter2)/)
  })

  it('never reveals the secret', () => {
    const secret = [SECRET, 'hunter2']
    expect(() => signerFor({ video: VIDEO_RULE }, { secret })).toThrow(/^(?!.*hunter2)/)
  })
})
