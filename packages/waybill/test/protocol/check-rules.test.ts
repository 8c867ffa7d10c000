import { describe, expect, it } from 'vitest'
import { uploadRule } from 'waybill'
import { checkRules, type RulesPlace } from '../../src/protocol/check-rules.ts'

const LEAST = { types: ['video/mp4'], maxSize: 1000 }
const LARGEST = 50_000_000_000_000

function check(changes: Readonly<Record<string, unknown>>, place: RulesPlace = { at: 'rules' }) {
  return checkRules({ video: { ...LEAST, ...changes } }, place).get('video')
}

describe('checkRules', () => {
  it("fills in a rule's defaults", () => {
    expect(check({})).toStrictEqual({
      types: ['video/mp4'],
      maxSize: 1000,
      minSize: 0,
      expiresInSeconds: 300,
      form: false,
      requireSha256: false,
      public: false,
      read: false,
      remove: false,
    })
  })

  it("reads all of a rule's members, with sizes as bytes", () => {
    const all = {
      types: ['video/mp4', 'image/*', '*/*'],
      maxSize: '1 MiB',
      minSize: '1 KB',
      expiresInSeconds: 1,
      form: '2 KB',
      requireSha256: true,
      public: true,
      read: 'receipt',
      remove: true,
      claim: '2 days',
    }
    expect(check(all)).toStrictEqual({
      ...all,
      maxSize: 1_048_576,
      minSize: 1000,
      form: 2000,
    })
  })

  it('keeps the order of the rules', () => {
    const names = ['b', 'a', '0-']
    const rules = Object.fromEntries(names.map((name) => [name, LEAST]))
    expect([...checkRules(rules, { at: 'rules' }).keys()]).toEqual(names)
  })

  it.each([
    ['false', { form: false }, false],
    ['true', { form: true }, 1000],
    ['the least size', { form: 10, minSize: 10 }, 10],
    ['the most', { form: 1000 }, 1000],
  ])("reads a rule's form as %s", (_what, changes, form) => {
    expect(check(changes)?.form).toBe(form)
  })

  it.each([
    ['a least size that is the most', { minSize: 1000 }],
    ["S3's largest object", { maxSize: LARGEST }],
    ['seven days', { expiresInSeconds: 604_800 }],
    ['a claim of a year', { claim: '365 days' }],
  ])('accepts %s', (_what, changes) => {
    expect(check(changes)).toMatchObject(changes)
  })

  it.each<[Readonly<Record<string, unknown>>, string]>([
    [
      { maxSize: undefined },
      "rules.video.maxSize is missing, expected bytes or a string such as '100",
    ],
    [
      { maxSize: true },
      "rules.video.maxSize is true, expected bytes or a string such as '100 MiB'",
    ],
    [{ maxSize: '1 mile' }, "rules.video.maxSize is '1 mile'"],
    [
      { maxSize: LARGEST + 1 },
      `rules.video.maxSize is ${LARGEST + 1} bytes, but S3 accepts objects of`,
    ],
    [{ minSize: null }, 'rules.video.minSize is null, expected bytes'],
    [{ minSize: 1001 }, 'rules.video.minSize is 1001 bytes, more than maxSize 1000'],
    [{ types: 'video/mp4' }, 'rules.video.types is "video/mp4", expected a list'],
    [{ types: [] }, 'rules.video.types is empty, expected content types'],
    [
      { types: ['video'] },
      "rules.video.types has 'video', expected such as 'video/mp4' or 'image/*'",
    ],
    [{ types: ['*/*', 'Video/MP4'] }, "rules.video.types has 'Video/MP4'"],
    [{ types: ['*'] }, "rules.video.types has '*'"],
    [{ types: ['video/*x'] }, "rules.video.types has 'video/*x'"],
    [{ expiresInSeconds: 0 }, 'rules.video.expiresInSeconds is 0 s, expected one second to seven'],
    [{ expiresInSeconds: 604_801 }, 'rules.video.expiresInSeconds is 604801 s'],
    [{ expiresInSeconds: 1.5 }, 'rules.video.expiresInSeconds is 1.5 s'],
    [{ expiresInSeconds: '60' }, 'rules.video.expiresInSeconds is "60" s'],
    [{ form: 1001 }, 'rules.video.form is 1001 bytes, the rule allows 0 to 1000'],
    [{ form: 9, minSize: 10 }, 'rules.video.form is 9 bytes, the rule allows 10 to 1000'],
    [{ form: null }, 'rules.video.form is null, expected bytes'],
    [{ requireSha256: 1 }, 'rules.video.requireSha256 is 1, expected true or false'],
    [{ public: 'yes' }, 'rules.video.public is "yes", expected true or false'],
    [{ read: 'yes' }, 'rules.video.read is "yes", expected true or false'],
    [{ remove: 1 }, 'rules.video.remove is 1, expected true or false'],
    [
      { read: 'receipt' },
      "rules.video.read is 'receipt', which is for rules with public: true; expected true",
    ],
    [{ remove: 'receipt', public: false }, "rules.video.remove is 'receipt', which is for rules"],
    [{ claim: 2 }, "rules.video.claim is 2, expected a string such as '2 days'"],
    [{ claim: '0 days' }, "rules.video.claim is '0 days', expected '1 day' to '365 days' in whole"],
    [{ claim: '2 weeks' }, "rules.video.claim is '2 weeks', expected '1 day'"],
    [
      { maxsize: 1 },
      'rules.video has "maxsize", expected only types, maxSize, minSize, expiresInSeconds, form, ',
    ],
  ])('rejects %j: %s', (changes, message) => {
    expect(() => check(changes)).toThrow(message)
  })

  it.each([
    ['NaN', { expiresInSeconds: Number.NaN }, 'expiresInSeconds is NaN s, expected one second'],
    ['Infinity', { expiresInSeconds: Infinity }, 'expiresInSeconds is Infinity s, expected one'],
    ['a bigint', { maxSize: 5n }, 'maxSize is 5, expected bytes'],
    ['a function', { maxSize: () => 5 }, 'maxSize is a function, expected bytes'],
    ['a symbol', { maxSize: Symbol('5') }, 'maxSize is Symbol(5), expected bytes'],
  ])('names a value that JSON cannot represent: %s', (_what, changes, message) => {
    expect(() => check(changes)).toThrow(`rules.video.${message}`)
  })

  it.each([
    ['a mistake of type', { maxSize: true }, TypeError],
    ['a range', { minSize: 1001 }, RangeError],
  ])("throws JavaScript's matching error type for %s", (_what, changes, kind) => {
    expect(() => check(changes)).toThrow(kind)
  })

  it.each([[''], ['Video'], ['-video'], ['a b'], ['a'.repeat(33)], ['video\n']])(
    'rejects the name %j',
    (name) => {
      expect(() => checkRules({ [name]: LEAST }, { at: 'rules' })).toThrow(
        `rules has the name '${name}', expected 1 to 32 lower-case letters, digits or '-'`,
      )
    },
  )

  it('accepts a 32-character name', () => {
    expect(checkRules({ ['a'.repeat(32)]: LEAST }, { at: 'rules' }).size).toBe(1)
  })

  it.each([
    [undefined, 'WAYBILL_RULES is missing, expected an object'],
    [[LEAST], 'WAYBILL_RULES is a list, expected an object'],
    [{}, 'WAYBILL_RULES is empty, expected at least one rule'],
    [{ video: 'mp4' }, 'WAYBILL_RULES.video is "mp4", expected an object'],
  ])('rejects rules such as %j: %s', (rules, message) => {
    expect(() => checkRules(rules, { at: 'WAYBILL_RULES' })).toThrow(new TypeError(message))
  })

  it('reads a claim of one day in the same form as it writes others', () => {
    expect(check({ claim: '1 day' })?.claim).toBe('1 days')
  })

  it("accepts a context's own members and its own name for the expiration", () => {
    const place = { at: 'rules', members: ['types', 'maxSize', 'key'], expiryName: 'expiresIn' }
    expect(check({ key: 'a' }, place)).toMatchObject({ maxSize: 1000 })
    expect(() => check({ public: true }, place)).toThrow(
      'rules.video has "public", expected only types, maxSize, key',
    )
    expect(() => check({ expiresInSeconds: 0 }, { at: 'rules', expiryName: 'expiresIn' })).toThrow(
      'rules.video.expiresIn is 0 s',
    )
  })
})

describe('uploadRule', () => {
  it('returns the rule unchanged: it only adds types', () => {
    const rule = { types: ['video/mp4'], maxSize: 1000, public: true } as const
    expect(uploadRule(rule)).toBe(rule)
  })
})
