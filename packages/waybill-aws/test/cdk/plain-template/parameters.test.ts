import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { builtLambdas } from '../../../../../tools/build/built-packages.ts'
import { checkPrefix } from '../../../src/cdk/signer-function/declared-rule.ts'
import { PATTERNS, rulesPattern } from '../../../src/cdk/template/parameter-patterns.ts'
import { USUAL_FEATURES } from '../../../src/cdk/template/template-features.ts'
import { make } from './choices.ts'

beforeAll(() => builtLambdas())

describe('the parameters of the plain template', () => {
  it.each([
    [
      'origin',
      ['https://app.example.com', 'http://localhost:3000'],
      ['https://a.example/', 'https://*.example', '*', 'a.example', ''],
    ],
    [
      'prefix',
      ['uploads/', 'a/b-1/c.d/'],
      ['uploads', '/uploads/', '../', 'a/../b/', './a/', '', 'a b/'],
    ],
    [
      'issuer',
      ['https://id.example.com/', 'https://id.example.com/a?b'],
      ['http://id.example.com', 'https://id.example.com/#a', 'id.example.com'],
    ],
    [
      'optionalAddress',
      ['', 'https://id.example.com/keys'],
      ['http://id.example.com/keys', 'keys'],
    ],
    ['bucket', ['my-code', 'a.b.c'], ['My-Code', 'ab', '-code', 's3://code']],
    ['folder', ['', 'releases/', '/', 'a/b/'], ['releases', 'a b/']],
    [
      'keyArn',
      ['arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab'],
      ['1234abcd-12ab', 'arn:aws:kms:eu-west-1:111122223333:alias/mine'],
    ],
    [
      'topicArn',
      ['arn:aws:sns:eu-west-1:111122223333:alarms'],
      ['alarms', 'arn:aws:sqs:eu-west-1:111122223333:alarms'],
    ],
    [
      'domain',
      ['files.example.com', 'a-b.example.co'],
      ['https://files.example.com', 'localhost', '-a.example.com', 'files.example.com.'],
    ],
    [
      'webAclArn',
      ['arn:aws:wafv2:us-east-1:111122223333:global/webacl/Waybill_1/12ab-34'],
      [
        'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/Waybill/12ab-34',
        'arn:aws:wafv2:us-east-1:111122223333:regional/webacl/Waybill/12ab-34',
        '12ab-34',
      ],
    ],
    [
      'certificateArn',
      ['arn:aws:acm:us-east-1:111122223333:certificate/12ab-34'],
      ['arn:aws:acm:eu-west-1:111122223333:certificate/12ab-34'],
    ],
  ] as const)('accept only valid values as %s', (name, right, wrong) => {
    const pattern = new RegExp(PATTERNS[name])
    for (const value of right) expect(value).toMatch(pattern)
    for (const value of wrong) expect(value).not.toMatch(pattern)
  })

  it('accept the same prefixes as the construct', async () => {
    const pattern = new RegExp(PATTERNS.prefix)
    fc.assert(
      fc.property(fc.stringMatching(/^[ab./-]{1,8}$/), (prefix) => {
        expect(pattern.test(prefix)).toBe(!throws(() => checkPrefix(prefix)))
      }),
    )
  })

  const plain = '"types":["image/png"],"maxSize":1'
  const rules = (more: string) => `{"a":{${plain}${more}},"read":{${plain}}}`

  it.each([
    ['read', ',"read":true', { read: true }],
    ['read by receipt', ',"public":true,\n "read" : "receipt"', { read: true }],
    ['remove', ',"remove":true', { remove: true }],
    ['claim', ',"claim":"2 days"', { claims: [2] }],
    ['claim of one day', ',"claim": "1 day"', { claims: [30, 1] }],
    ['quota', ',"quota": { "every":"day","files":7}', { quota: true }],
  ])('reject rules with %s, unless the template supports it', (_what, member, features) => {
    const text = rules(member)
    expect(text).not.toMatch(new RegExp(rulesPattern(USUAL_FEATURES)))
    expect(text).toMatch(new RegExp(rulesPattern({ ...USUAL_FEATURES, ...features })))
  })

  it('reject a claim with a different number of days', () => {
    const pattern = new RegExp(rulesPattern({ ...USUAL_FEATURES, claims: [2] }))
    expect(rules(',"claim":"2 days"')).toMatch(pattern)
    for (const days of ['1 day', '22 days', '20 days', '3 days']) {
      expect(rules(`,"claim":"${days}"`)).not.toMatch(pattern)
    }
  })

  it('accept rules without these features, across several lines, but only an object', () => {
    const pattern = new RegExp(rulesPattern(USUAL_FEATURES))
    expect(rules(',"read":false,"remove":false')).toMatch(pattern)
    expect(`{"quota":{${plain}}}`).toMatch(pattern)
    expect(`\n${JSON.stringify({ a: { types: ['*/*'], maxSize: 1 } }, null, 2)}\n`).toMatch(pattern)
    for (const text of ['', '[]', 'rules.json']) expect(text).not.toMatch(pattern)
  })

  it('leave the rules as much room in the environment as the object defaults do not use', async () => {
    const lengths = [{}, { objectDefaults: { storageClass: 'STANDARD_IA' } } as const].map(
      async (features) => JSON.parse((await make(features)).text).Parameters.Rules.MaxLength,
    )
    const [all = 0, rest] = await Promise.all(lengths)
    expect(all - rest).toBe('{"storageClass":"STANDARD_IA"}'.length)
  })
})

function throws(work: () => void): boolean {
  try {
    work()
    return false
  } catch {
    return true
  }
}
