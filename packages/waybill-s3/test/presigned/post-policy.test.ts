import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Condition,
  checkPolicy,
  checkSize,
  type PolicyDocument,
  parsePolicy,
  presignPost,
  S3Error,
} from 'waybill-s3'
import { nodeDigest, webDigest } from '../../src/sigv4/digest.ts'
import { credentials, key, text } from './arbitraries.ts'

const node = nodeDigest()
if (!node) throw new Error('Node has crypto')

const fieldName = fc.oneof(fc.constantFrom('key', '__proto__', 'constructor'), text)
const bytes = fc.maxSafeNat()

const condition = fc.oneof(
  fc.tuple(
    fc.constantFrom('eq', 'starts-with'),
    fieldName.filter((name) => name !== '').map((name) => `$${name}`),
    text,
  ),
  fc.tuple(bytes, bytes).map(([a, b]) => ['content-length-range', Math.min(a, b), Math.max(a, b)]),
  fc.tuple(fieldName, text).map((entry) => Object.fromEntries([entry])),
) as fc.Arbitrary<Condition>

const policy: fc.Arbitrary<PolicyDocument> = fc.record({
  expiration: fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  }),
  conditions: fc.array(condition, { minLength: 1, maxLength: 6 }),
})

const EXPIRATION = '"expiration": "2026-01-31T12:00:00.000Z"'

function withConditions(conditions: string): string {
  return btoa(`{ ${EXPIRATION}, "conditions": ${conditions} }`)
}

describe('parsePolicy', () => {
  it.each([
    ['Node crypto', node],
    ['Web Crypto', webDigest()],
  ])('reads any policy, encoded by %s', (_, digest) => {
    fc.assert(
      fc.property(policy, (document) => {
        expect(parsePolicy(digest.base64(JSON.stringify(document)))).toEqual(document)
      }),
    )
  })

  it('reads operators in any case and lengths as strings, as S3 does', () => {
    const policy = withConditions('[["EQ", "$key", "a"], ["Content-Length-Range", "0", "20"]]')
    expect(parsePolicy(policy).conditions).toEqual([
      ['eq', '$key', 'a'],
      ['content-length-range', 0, 20],
    ])
  })

  it('reads base64 with line breaks, as many encoders write it', () => {
    const policy = withConditions('[{ "key": "a" }]')
    const broken = policy.replace(/.{10}/g, '$&\r\n')
    expect(parsePolicy(broken)).toEqual(parsePolicy(policy))
  })

  it('reads an expiration with and without fractional seconds', () => {
    const at = (text: string) =>
      parsePolicy(btoa(`{ "expiration": "${text}", "conditions": [{ "key": "a" }] }`)).expiration
    expect(at('2026-01-31T12:00:00Z')).toEqual(new Date('2026-01-31T12:00:00Z'))
    expect(at('2026-01-31T12:00:00.25Z')).toEqual(new Date('2026-01-31T12:00:00.250Z'))
  })

  it.each([
    ['', 'Invalid JSON.'],
    ['e', 'Invalid Base64.'],
    ['not base64!', 'Invalid Base64.'],
    ['e30', 'Policy missing expiration.'],
    ['e30=', 'Policy missing expiration.'],
    ['e30==', 'Invalid Base64.'],
    ['e-_=', 'Invalid Base64.'],
    [btoa('{'), 'Invalid JSON.'],
    [btoa('\xff\xfe'), 'Invalid JSON.'],
    [btoa(`{ ${EXPIRATION}, "conditions": [{ "key": "\xff" }] }`), 'Invalid JSON.'],
    [btoa('\xef\xbb\xbf{}'), 'Invalid JSON.'],
    [btoa('[]'), 'Invalid JSON.'],
    [btoa('null'), 'Invalid JSON.'],
    [btoa(`{ ${EXPIRATION} }`), 'Policy missing conditions.'],
    [btoa(`{ ${EXPIRATION}, "conditions": {} }`), 'Invalid conditions: expected a list.'],
    [btoa(`{ ${EXPIRATION}, "conditions": [], "a": 1 }`), "Unexpected: 'a'."],
    [btoa(`{ ${EXPIRATION}, "conditions": [], "__proto__": {} }`), "Unexpected: '__proto__'."],
    [btoa('{ "expiration": 1, "conditions": [] }'), "Invalid 'expiration' value: '1'"],
    [
      btoa('{ "expiration": ["2026-01-31T12:00:00.000Z"], "conditions": [] }'),
      "Invalid 'expiration' value: 'an object'",
    ],
  ])('rejects the policy %j: %s', (policy, reason) => {
    expect(() => parsePolicy(policy)).toThrow(refusal(reason))
  })

  it.each([
    'never',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31T12:00:00+01:00',
    '2026-02-30T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:00:00Z ',
  ])("rejects the expiration '%s'", (expiration) => {
    const policy = btoa(JSON.stringify({ expiration, conditions: [] }))
    expect(() => parsePolicy(policy)).toThrow(
      refusal(`Invalid 'expiration' value: '${expiration}'`),
    )
  })

  it.each([
    ['', 'Invalid conditions: expected a list.'],
    ['"key"', 'Invalid condition test: must be a List or Object.'],
    ['null', 'Invalid condition test: must be a List or Object.'],
    ['{}', 'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.'],
    [
      '{ "key": "a", "acl": "b" }',
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    ],
    ['{ "key": 1 }', 'Invalid Simple-Condition: value must be a string.'],
    ['["eq", "$key"]', 'Invalid Eq: wrong number of arguments.'],
    ['["eq", "$key", "a", "b"]', 'Invalid Eq: wrong number of arguments.'],
    ['["starts-with", "$key"]', 'Invalid starts-with: wrong number of arguments.'],
    ['["ends-with", "$key", "a"]', "Invalid Condition: unknown operation 'ends-with'."],
    ['[{ "toString": 1 }, "$key", "a"]', "Invalid Condition: unknown operation 'an object'."],
    ['[null, "$key", "a"]', "Invalid Condition: unknown operation 'null'."],
    ['["eq", null, "a"]', 'Invalid eq condition: expected ["eq", "$field", "value"].'],
    [
      '["starts-with", "$key", 1]',
      'Invalid starts-with condition: expected ["starts-with", "$field", "value"].',
    ],
    [
      '["content-length-range", 2, 1]',
      'Invalid content-length-range: the minimum is above the maximum.',
    ],
    ...['-1', '1.5', 'null', 'true', '1e400', '[1]'].map((length) => [
      `["content-length-range", 0, ${length}]`,
      'Invalid content-length-range: expected two whole numbers.',
    ]),
  ])('rejects the condition %s: %s', (condition, reason) => {
    expect(() => parsePolicy(withConditions(`[${condition}]`))).toThrow(refusal(reason ?? ''))
  })

  it.each([
    '["eq", "key", "a"]',
    '["starts-with", "$", "a"]',
    ...['1.5', '-1', ' 1', '1e3', ''].map((length) => `["content-length-range", 0, "${length}"]`),
  ])('finds no form that meets the condition %s', (condition) => {
    expect(() => parsePolicy(withConditions(`[${condition}]`))).toThrow(
      new S3Error(
        'AccessDenied',
        `Invalid according to Policy: Policy Condition failed: ${condition}`,
      ),
    )
  })

  it('rejects a million spaces before a wrong character in linear time', () => {
    expect(() => parsePolicy(`${' '.repeat(1_000_000)}!`)).toThrow(refusal('Invalid Base64.'))
    expect(() => parsePolicy(`${'='.repeat(1_000_000)}!`)).toThrow(refusal('Invalid Base64.'))
  })

  it('rejects a hundred thousand nested lists without overflowing the stack', () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    for (const conditions of [nested, `[${nested}]`, `[[${nested}, "$key", "a"]]`]) {
      expect(() => parsePolicy(withConditions(conditions))).toThrow(S3Error)
    }
  })
})

function refusal(reason: string): S3Error {
  return new S3Error('InvalidPolicyDocument', `Invalid Policy: ${reason}`)
}

const NOW = new Date('2026-01-31T12:00:00Z')
const LATER = new Date('2026-01-31T12:05:00Z')
const GIB = 1024 ** 3

function check(conditions: readonly Condition[], fields: Readonly<Record<string, string>>) {
  return checkPolicy({ expiration: LATER, conditions }, new Map(Object.entries(fields)), NOW)
}

function denied(reason: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${reason}`)
}

describe('checkPolicy', () => {
  it.each<[string, Condition[], Record<string, string>]>([
    ['an exact value, short form', [{ key: 'a' }], { key: 'a' }],
    ['an exact value, long form', [['eq', '$key', 'a']], { key: 'a' }],
    ['a field whose condition is written in other letters', [{ KEY: 'a' }], { key: 'a' }],
    ['a prefix', [['starts-with', '$key', 'up/']], { key: 'up/a' }],
    ['any value of a field that is there', [['starts-with', '$key', '']], { key: '' }],
    [
      'a prefix of what is no metadata, though the documentation has it exact',
      [['starts-with', '$success_action_status', '']],
      { success_action_status: '201' },
    ],
    ['a prefix of metadata', [['starts-with', '$x-amz-meta-a', 'b']], { 'x-amz-meta-a': 'bc' }],
    [
      'a list of content types that all match',
      [['starts-with', '$Content-Type', 'image/']],
      { 'content-type': 'image/png, image/gif,image/webp' },
    ],
    ['a comma in another field', [['starts-with', '$key', 'up/']], { key: 'up/a, b' }],
    ['two conditions on one field', [['starts-with', '$key', 'a'], { key: 'ab' }], { key: 'ab' }],
    [
      'the fields that need no condition',
      [],
      { 'x-amz-signature': 's', file: 'f', policy: 'p', 'x-ignore-me': 'i' },
    ],
    ['a field with the name of a prototype', [{ ['__proto__']: 'a' }], { ['__proto__']: 'a' }],
  ])('accepts %s', (_, conditions, fields) => {
    expect(check(conditions, fields)).toEqual({ min: 0, max: 5 * GIB })
  })

  it.each<[string, Condition[], Record<string, string>, string]>([
    ['another value', [{ key: 'a' }], { key: 'b' }, 'Policy Condition failed: ["eq", "$key", "a"]'],
    [
      'a value in other letters',
      [{ key: 'a' }],
      { key: 'A' },
      'Policy Condition failed: ["eq", "$key", "a"]',
    ],
    [
      'another prefix',
      [['starts-with', '$key', 'up/']],
      { key: 'other/up/' },
      'Policy Condition failed: ["starts-with", "$key", "up/"]',
    ],
    [
      'a missing field, even where any value would do',
      [['starts-with', '$x-amz-meta-a', '']],
      {},
      'Policy Condition failed: ["starts-with", "$x-amz-meta-a", ""]',
    ],
    [
      'an empty condition on no field',
      [{ acl: '' }],
      {},
      'Policy Condition failed: ["eq", "$acl", ""]',
    ],
    [
      'one content type of a list that does not match',
      [['starts-with', '$Content-Type', 'image/']],
      { 'content-type': 'image/png,text/html' },
      'Policy Condition failed: ["starts-with", "$content-type", "image/"]',
    ],
    [
      'an empty content type in a list',
      [['starts-with', '$Content-Type', 'image/']],
      { 'content-type': 'image/png,' },
      'Policy Condition failed: ["starts-with", "$content-type", "image/"]',
    ],
    [
      'a list of content types where one is exact',
      [['eq', '$Content-Type', 'image/png']],
      { 'content-type': 'image/png,image/png' },
      'Policy Condition failed: ["eq", "$content-type", "image/png"]',
    ],
    [
      'a prefix of the bucket, which can only be exact',
      [['starts-with', '$bucket', '']],
      { bucket: 'a' },
      'Policy Condition failed: ["starts-with", "$bucket", ""]',
    ],
    [
      'the second of two conditions on one field',
      [{ key: 'a' }, { key: 'b' }],
      { key: 'a' },
      'Policy Condition failed: ["eq", "$key", "b"]',
    ],
    ['a condition on nothing', [{}], { key: 'a' }, 'Policy Condition failed: ["eq", "$", ""]'],
    ['a field without a condition', [], { acl: 'public-read' }, 'Extra input fields: acl'],
    [
      'fields without a condition, all of them',
      [{ key: 'a' }],
      { key: 'a', acl: 'b', 'x-amz-meta-c': '' },
      'Extra input fields: acl, x-amz-meta-c',
    ],
    [
      'a form that was sent to a bucket of no condition',
      [],
      { bucket: 'b' },
      'Extra input fields: bucket',
    ],
    [
      'a quote in the value as JSON writes it',
      [{ key: '"\\' }],
      { key: 'a' },
      'Policy Condition failed: ["eq", "$key", "\\"\\\\"]',
    ],
  ])('rejects %s', (_, conditions, fields, reason) => {
    expect(() => check(conditions, fields)).toThrow(denied(reason))
  })

  it('rejects an expired policy before it checks anything else', () => {
    const policy = { expiration: NOW, conditions: [{ key: 'a' }] }
    expect(() => checkPolicy(policy, new Map(), NOW)).toThrow(denied('Policy expired.'))
  })

  it('intersects all length ranges', () => {
    const range = check(
      [
        ['content-length-range', 1, 100],
        ['content-length-range', 0, 50],
        ['content-length-range', 10, 6 * GIB],
      ],
      {},
    )
    expect(range).toEqual({ min: 10, max: 50 })
  })
})

describe('checkSize', () => {
  it('accepts both ends of the range', () => {
    checkSize(1, { min: 1, max: 3 })
    checkSize(3, { min: 1, max: 3 })
  })

  it('rejects one byte too many with the sizes that S3 reports', () => {
    const error = catchError(() => checkSize(4, { min: 1, max: 3 }))
    expect(error).toMatchObject({
      code: 'EntityTooLarge',
      status: 400,
      message: 'Your proposed upload exceeds the maximum allowed size',
      detail: { ProposedSize: '4', MaxSizeAllowed: '3' },
    })
  })

  it('rejects one byte too few, but only once the file has ended', () => {
    checkSize(0, { min: 1, max: 3 }, false)
    expect(catchError(() => checkSize(0, { min: 1, max: 3 }))).toMatchObject({
      code: 'EntityTooSmall',
      status: 400,
      message: 'Your proposed upload is smaller than the minimum allowed size',
      detail: { ProposedSize: '0', MinSizeAllowed: '1' },
    })
  })
})

/** What a hostile client can do to a form that it was given. */
const mutation = fc.oneof(
  fc.record({ do: fc.constant('set' as const), at: fc.nat(), to: text }),
  fc.record({ do: fc.constant('append' as const), at: fc.nat(), to: text }),
  fc.record({ do: fc.constant('remove' as const), at: fc.nat() }),
  fc.record({
    do: fc.constant('add' as const),
    name: fc.oneof(
      fc.constantFrom('acl', 'tagging', 'success_action_redirect', '__proto__', 'x-ignore'),
      fc.stringMatching(/^x-amz-[a-z-]{1,12}$/),
    ),
    to: text,
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 300_000, max: 10 ** 9 }) }),
)

type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never

describe('a form from presignPost', () => {
  const form = fc.record({
    // Behind S3's placeholder any file name passes, as it is meant to.
    key: key.filter((name) => !name.endsWith('${filename}')),
    credentials,
    fields: fc.dictionary(
      fc.constantFrom('Content-Type', 'Cache-Control', 'x-amz-meta-waybill', 'acl'),
      text,
    ),
  })

  it('passes as it was signed', async () => {
    await fc.assert(
      fc.asyncProperty(form, async (options) => {
        const { policy, fields } = await signedForm(options)
        expect(checkPolicy(policy, fields, NOW)).toEqual({ min: 7, max: 7 })
      }),
    )
  })

  it('fails with any single thing changed', async () => {
    await fc.assert(
      fc.asyncProperty(form, mutation, async (options, change) => {
        const { policy, fields } = await signedForm(options)
        const before = new Map(fields)
        const now = mutate(fields, change)
        fc.pre(now > NOW || !same(before, fields))
        expect(() => checkPolicy(policy, fields, now)).toThrow(/^Invalid according to Policy: /)
      }),
      { numRuns: 500 },
    )
  })
})

async function signedForm(options: {
  key: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  fields: Record<string, string>
}) {
  const { fields } = await presignPost({
    ...options,
    bucket: 'examplebucket',
    region: 'eu-west-1',
    conditions: [['content-length-range', 7, 7]],
    expiresInSeconds: 300,
    now: () => NOW,
  })
  const lower = Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value] as const)
  return { policy: parsePolicy(fields.Policy ?? ''), fields: new Map(lower) }
}

/** Changes one field that the signature covers; @returns the instant of the attempt. */
function mutate(fields: Map<string, string>, change: Mutation): Date {
  if (change.do === 'wait') return new Date(NOW.getTime() + change.ms)
  if (change.do === 'add') {
    if (!fields.has(change.name)) fields.set(change.name, change.to)
    return NOW
  }
  const signed = [...fields.keys()].filter((name) => !/^(policy|x-amz-signature)$/.test(name))
  const name = signed[change.at % signed.length] ?? 'key'
  if (change.do === 'remove') fields.delete(name)
  else fields.set(name, change.do === 'set' ? change.to : `${fields.get(name)}${change.to}`)
  return NOW
}

function same(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return JSON.stringify([...a]) === JSON.stringify([...b])
}

function catchError(action: () => void): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}
