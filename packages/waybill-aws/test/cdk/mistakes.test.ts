import { CfnParameter, Duration, Size } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { describe, expect, it } from 'vitest'
import {
  type DeclaredRule,
  Delivery,
  WaybillUploads,
  type WaybillUploadsProps,
} from 'waybill-aws/cdk'
import { EVERY_CALLER, newStack, ORIGIN, only, RULES, synthesise } from './synthesised.ts'

const rule = (more: Partial<DeclaredRule>) => ({
  rules: { a: { ...RULES.video, form: false, ...more } },
})

const JWT = { type: 'jwt', issuer: 'https://id.example.com', audience: 'a' } as const

describe('WaybillUploads', () => {
  it.each([
    ['an origin with a wildcard', { allowedOrigins: ['https://*.example.com'] }, /exact origins/],
    ['every origin', { allowedOrigins: ['*'] }, /allowedOrigins has '\*'/],
    ['an origin with a slash', { allowedOrigins: ['https://a.example.com/'] }, /exact origins/],
    ['an origin with a path', { allowedOrigins: ['https://a.example.com/app'] }, /exact origins/],
    ['a host for an origin', { allowedOrigins: ['a.example.com'] }, /exact origins/],
    ['a concurrency of nothing', { reservedConcurrency: 0 }, /reservedConcurrency is 0/],
    ['a bound of nothing for arrival', { arrivalConcurrency: 0 }, /reservedConcurrency is 0/],
    ['no word on who may call', { auth: undefined }, /^auth is missing, expected \{ type: 'jwt'/],
    ['an invalid word', { auth: { type: 'open' } }, /^auth is 'open', expected/],
    ['a rule that is not public, without auth', rule({ public: false }), /rules\.a is not public/],
    [
      'authorize without code to have it',
      { auth: { type: 'rules' }, ...rule({ public: false }) },
      /auth is 'rules', but rules\.a is not public/,
    ],
    ['an issuer with a fragment', { auth: { ...JWT, issuer: `${JWT.issuer}#a` } }, /without '#'/],
    ['no audience', { auth: { ...JWT, audience: '' } }, /auth\.audience is empty/],
    ['keys in the clear', { auth: { ...JWT, jwksUri: 'http://a.example' } }, /auth\.jwksUri is/],
    ['a concurrency that is not a number', { reservedConcurrency: Number.NaN }, /is NaN/],
    ['an invalid type', rule({ types: ['video'] }), /rules\.a\.types has 'video'/],
    ['a type in capitals', rule({ types: ['Video/MP4'] }), /'Video\/MP4'/],
    ['a type of half a wildcard', rule({ types: ['video/mp*'] }), /'video\/mp\*'/],
    ['a file smaller than itself', rule({ minSize: Size.gibibytes(1) }), /more than maxSize/],
    ['a signature for no time', rule({ expiresIn: Duration.seconds(0) }), /expiresIn is 0 s/],
    [
      'a signature for a month',
      {
        ...rule({ expiresIn: Duration.days(30) }),
        maxSignatureAge: Duration.days(60),
      },
      /one second to seven days/,
    ],
    [
      'a file larger than S3 stores',
      rule({ maxSize: Size.tebibytes(60) }),
      /S3 accepts objects of/,
    ],
    ['a form larger than its rule', rule({ form: Size.gibibytes(1) }), /form is 1073741824/],
    ['no rules', { rules: {} }, /rules is empty/],
    [
      'a rule without types',
      { rules: { a: { types: [], maxSize: Size.kibibytes(1), public: true } } },
      /a\.types/,
    ],
    ['a rule named as none can be', { rules: { 'A b': RULES.video } }, /'A b'/],
    [
      'an upload that can be resumed for a minute',
      { resumableFor: Duration.minutes(1) },
      /resumableFor is 60 s, expected one hour to 365 days/,
    ],
    ['a call of an hour', { timeout: Duration.hours(1) }, /timeout is 3600 s, expected 1 to 900 s/],
    [
      'a verdict that takes an hour',
      { arrivalTimeout: Duration.hours(1) },
      /arrivalTimeout is 3600 s/,
    ],
    ['a prefix that is not a folder', { prefix: 'uploads' }, /end in '\/'/],
    ['a prefix that climbs', { prefix: '../x/' }, /prefix is/],
    [
      'a rule that outlives the oldest signature',
      { rules: { a: { ...RULES.video, expiresIn: Duration.hours(2) } } },
      /expiresIn is 7200 s, but maxSignatureAge allows only 3600 s/,
    ],
    [
      'a rule of the usual five minutes that outlives it',
      { maxSignatureAge: Duration.minutes(2) },
      /rules\.video\.expiresIn is 300 s, but maxSignatureAge allows only 120 s/,
    ],
    [
      'a file that GuardDuty does not scan',
      { malwareScan: true, ...rule({ maxSize: Size.gibibytes(100) }) },
      /rules\.a\.maxSize is 107374182400 bytes, but GuardDuty scans at most 100000000000/,
    ],
    [
      'an issuer in the clear',
      { auth: { type: 'jwt', issuer: 'http://id.example.com', audience: 'a' } },
      /https/,
    ],
    [
      'code and rules',
      { signerCode: Code.fromInline('x'), rules: RULES },
      /rules .* or code .*, but not both/,
    ],
  ] as const)(
    'rejects %s at synthesis, with an error that names it',
    async (_what, props, message) => {
      await expect(synthesise(props as Partial<WaybillUploadsProps>)).rejects.toThrow(message)
    },
  )

  it.each(['*', 'https://app.example.com/'])(
    'also rejects the origin %s with an existing bucket, and for delivery',
    (origin) => {
      const stack = newStack()
      const bucket = Bucket.fromBucketName(stack, 'Existing', 'existing-uploads')
      const allowedOrigins = [origin]
      const given = { allowedOrigins, bucket, rules: RULES, auth: { type: 'iam' } } as const
      expect(() => new WaybillUploads(stack, 'Uploads', given)).toThrow(/allowedOrigins has/)
      const delivered = { bucket, viewers: 'everybody', allowedOrigins } as const
      expect(() => new Delivery(stack, 'Delivery', delivered)).toThrow(/allowedOrigins has/)
    },
  )

  it('rejects too many constructs that share a bucket, but not four', async () => {
    const sharing = (count: number) =>
      synthesise({}, (scope, { bucket }) => {
        const props = { allowedOrigins: [], auth: EVERY_CALLER, rules: RULES, bucket }
        for (let at = 2; at <= count; at += 1) {
          new WaybillUploads(scope, `Uploads${at}`, { ...props, prefix: `uploads${at}/` })
        }
      })
    await expect(sharing(4)).resolves.toBeDefined()
    await expect(sharing(6)).rejects.toThrow(/about \d+ characters, at most 20480 are allowed/)
  })

  it.each([
    ['uploads/', 'uploads/b/'],
    ['a/', 'a/'],
    ['', 'b/'],
  ])('rejects overlapping prefixes: %j and %j', async (prefix, second) => {
    const added = synthesise({ prefix }, (scope, { bucket }) => {
      new WaybillUploads(scope, 'Second', {
        ...{ bucket, prefix: second, allowedOrigins: [ORIGIN], auth: EVERY_CALLER, rules: RULES },
      })
    })
    await expect(added).rejects.toThrow(`prefix is '${second}', but another WaybillUploads`)
  })

  it('rejects an environment that is too large for Lambda, including variables from other constructs', async () => {
    const rules = Object.fromEntries(
      Array.from({ length: 18 }, (_, at) => [
        `rule-number-${at}`,
        {
          types: ['image/jpeg', 'image/png'],
          maxSize: Size.mebibytes(20),
          public: true,
          read: true,
        },
      ]),
    )
    const add = (length: number) =>
      synthesise({ rules }, (_scope, { signer }) => {
        signer.function.addEnvironment('OWN', 'x'.repeat(length))
      })
    await expect(add(10)).resolves.toBeDefined()
    await expect(add(2000)).rejects.toThrow(/environment will have about \d+ characters of JSON/)
  })

  it('accepts an origin that only CloudFormation knows, and an empty list of origins', async () => {
    const stack = newStack()
    const parameter = new CfnParameter(stack, 'Origin')
    const allowedOrigins = [parameter.valueAsString]
    expect(
      () =>
        new WaybillUploads(stack, 'Uploads', {
          allowedOrigins,
          auth: EVERY_CALLER,
          rules: RULES,
        }),
    ).not.toThrow()
    const { resources } = await synthesise({ allowedOrigins: [] })
    expect(only({ resources }, 'AWS::S3::Bucket').Properties.CorsConfiguration).toBeUndefined()
  })
})
