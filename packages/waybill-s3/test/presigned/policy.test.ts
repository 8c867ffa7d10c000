import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Condition, type PolicyDocument, parsePolicy, S3Error } from 'waybill-s3'
import { encodePolicy } from '../../src/presigned/policy.ts'
import { nodeDigest, webDigest } from '../../src/sigv4/digest.ts'
import { text } from './arbitraries.ts'

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

describe('encodePolicy and parsePolicy', () => {
  it.each([
    ['Node crypto', node],
    ['Web Crypto', webDigest()],
  ])('return the same policy, encoded by %s', (_, digest) => {
    fc.assert(
      fc.property(policy, (document) => {
        expect(parsePolicy(encodePolicy(document, digest.base64))).toEqual(document)
      }),
    )
  })
})

const EXPIRATION = '"expiration": "2026-01-31T12:00:00.000Z"'

function withConditions(conditions: string): string {
  return btoa(`{ ${EXPIRATION}, "conditions": ${conditions} }`)
}

describe('parsePolicy', () => {
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
