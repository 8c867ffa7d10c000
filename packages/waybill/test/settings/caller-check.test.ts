import { describe, expect, it } from 'vitest'
import type { SignerRequest, UploadRules } from 'waybill'
import { uploadToken } from 'waybill/signer'
import { withAuth } from '../../src/settings/caller-check.ts'
import type { Environment } from '../../src/settings/environment.ts'

const VIDEO = { types: ['video/mp4'], maxSize: 1000 }
const CALLER = { owner: 'arn:aws:iam::111122223333:user/ada' }
const REQUEST: SignerRequest = { method: 'GET', path: '', query: {}, headers: {} }
const SIGNERS = { onError: () => {} }

/** An instance: its methods are not its own members. */
class Videos {
  readonly types = VIDEO.types
  readonly maxSize = VIDEO.maxSize
  readonly #word = 'mine'
  accept() {
    return this.#word
  }
  key() {
    return this.#word
  }
  onComplete() {
    return this.#word
  }
}

type Guarded = Readonly<Record<string, (...given: unknown[]) => unknown>>

const settings = (environment: Environment) => ({ environment, credentials: unused })

async function unused(): Promise<never> {
  throw new Error('these settings name no AWS service')
}

/** @returns A rule as the signer gets it, under the setting `iam`. */
function guarded(rule: object): Guarded {
  const rules = { video: rule } as unknown as UploadRules
  return withAuth(settings({ WAYBILL_AUTH: 'iam' }), rules, SIGNERS).video as unknown as Guarded
}

describe('withAuth', () => {
  it('leaves rules alone that authorize uploads themselves', () => {
    const open = { video: { ...VIDEO, public: true } } as UploadRules
    const closed = { video: { ...VIDEO, authorize: () => CALLER } } as UploadRules
    expect(withAuth(settings({ WAYBILL_AUTH: 'none' }), open, SIGNERS)).toBe(open)
    expect(withAuth(settings({ WAYBILL_AUTH: 'rules' }), closed, SIGNERS)).toBe(closed)
  })

  it('explains what to do about a rule that is not public', () => {
    const rules = { open: { ...VIDEO, public: true }, video: VIDEO } as unknown as UploadRules
    expect(() => withAuth(settings({ WAYBILL_AUTH: 'none' }), rules, SIGNERS)).toThrow(
      new TypeError(
        "WAYBILL_AUTH is 'none', but rules.video is not public: set public: true in it, " +
          "or set WAYBILL_AUTH to 'rules' (authorize in your code), 'iam', 'jwt' or 'token'",
      ),
    )
  })

  it('keeps the methods of a rule that is a class instance, bound to the instance', () => {
    const { accept, key, onComplete } = guarded(new Videos())
    expect([accept?.(), key?.(), onComplete?.()]).toEqual(['mine', 'mine', 'mine'])
    expect(Object.keys(guarded(VIDEO)).toSorted()).toEqual([
      'authorize',
      'maxSize',
      'public',
      'types',
    ])
  })

  it('keeps public rules public, and makes no others public', () => {
    expect(guarded({ ...VIDEO, public: true }).public).toBe(true)
    expect(guarded(VIDEO).public).toBe(false)
  })

  it("admits the front's verified caller as the owner, and nobody else", async () => {
    const { authorize } = guarded(VIDEO)
    expect(await authorize?.({ ...REQUEST, caller: CALLER })).toEqual(CALLER)
    await expect(authorize?.(REQUEST)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'the request names no IAM principal',
    })
  })

  it('names a rule whose authorize is not a function', () => {
    expect(() => guarded({ ...VIDEO, authorize: true })).toThrow(
      new TypeError('rules.video.authorize is a boolean, expected a function'),
    )
  })

  it.each([
    ['WAYBILL_JWT_ISSUER', { WAYBILL_JWT_AUDIENCE: 'uploads' }],
    ['WAYBILL_JWT_AUDIENCE', { WAYBILL_JWT_ISSUER: 'https://id.example' }],
  ])('names %s if tokens are checked without it', (name, given) => {
    const rules = { video: VIDEO } as unknown as UploadRules
    expect(() => withAuth(settings({ WAYBILL_AUTH: 'jwt', ...given }), rules, SIGNERS)).toThrow(
      new TypeError(`${name} is not set: add it to the environment`),
    )
  })

  it.each([
    [
      { WAYBILL_JWT_ISSUER: 'https://id.example/#a' },
      "ISSUER is 'https://id.example/#a', expected a URL without '#'",
    ],
    [
      { WAYBILL_JWT_ISSUER: 'id.example' },
      "ISSUER is 'id.example', expected a URL, or WAYBILL_JWKS_URI",
    ],
    [
      { WAYBILL_JWKS_URI: 'file:///keys.json' },
      "WAYBILL_JWKS_URI is 'file:///keys.json', expected a URL",
    ],
    [{ WAYBILL_JWKS_URI: 'keys.json' }, "WAYBILL_JWKS_URI is 'keys.json', expected a URL"],
  ])('explains what is wrong with %j, before the first token', (given, message) => {
    const others = { WAYBILL_JWT_ISSUER: 'https://id.example', WAYBILL_JWT_AUDIENCE: 'a' }
    const rules = { video: VIDEO } as unknown as UploadRules
    const environment = settings({ WAYBILL_AUTH: 'jwt', ...others, ...given })
    expect(() => withAuth(environment, rules, SIGNERS)).toThrow(message)
  })
})

describe('withAuth for upload tokens', () => {
  const secret = 'a-token-secret-of-more-than-32-characters'
  const audience = 'https://uploads.example.com'
  const TOKEN = {
    WAYBILL_AUTH: 'token',
    WAYBILL_SECRET: 'a sealing secret of more than 32 characters',
    WAYBILL_TOKEN_SECRET: secret,
    WAYBILL_TOKEN_AUDIENCE: audience,
  }
  const ruleWith = (environment: Environment, rule: object = VIDEO) =>
    withAuth(settings(environment), { video: rule } as unknown as UploadRules, SIGNERS)
      .video as unknown as Guarded

  it("makes a token's subject the owner, and applies its limits and the rule's", async () => {
    const only = { maxSize: 10 }
    const token = await uploadToken({ secret, audience, owner: 'ada', only })
    const request = { ...REQUEST, headers: { authorization: `Bearer ${token}` } }
    const more = { only: { types: ['video/mp4'] }, plan: 'gold' }
    const authorize = ({ caller }: SignerRequest) => ({ ...more, seen: caller?.claims?.sub })
    expect(await ruleWith(TOKEN).authorize?.(request)).toMatchObject({
      ...{ owner: 'ada', only: [only] },
      claims: { sub: 'ada' },
    })
    expect(await ruleWith(TOKEN, { ...VIDEO, authorize }).authorize?.(request)).toMatchObject({
      ...{ owner: 'ada', plan: 'gold', seen: 'ada' },
      only: [only, more.only],
    })
    await expect(ruleWith(TOKEN).authorize?.(REQUEST)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  })

  it.each([
    ['no key', { WAYBILL_TOKEN_SECRET: '' }, /needs one of .*: none of them is set/],
    ['two keys', { WAYBILL_TOKEN_JWKS_URI: 'https://a.example' }, /SECRET and .*JWKS_URI are set/],
    ['a short secret', { WAYBILL_TOKEN_SECRET: 'short' }, /secret is 5 characters/],
    ['no audience', { WAYBILL_TOKEN_AUDIENCE: '' }, /WAYBILL_TOKEN_AUDIENCE is not set/],
    ['a setting of jwt', { WAYBILL_JWT_ISSUER: 'https://a.example' }, /belongs to WAYBILL_AUTH/],
    ['the sealing secret', { WAYBILL_TOKEN_SECRET: TOKEN.WAYBILL_SECRET }, /also the secret/],
    [
      'no public key',
      { WAYBILL_TOKEN_SECRET: '', WAYBILL_TOKEN_PUBLIC_KEY: 'ssh-rsa AAAA' },
      /is no PEM, expected a PEM that begins with/,
    ],
    [
      'no address',
      { WAYBILL_TOKEN_SECRET: '', WAYBILL_TOKEN_JWKS_URI: 'keys.json' },
      /is 'keys.json', expected a URL/,
    ],
  ])('explains a mistake in the settings: %s', (_what, given, message) => {
    expect(() => ruleWith({ ...TOKEN, ...given })).toThrow(message)
  })

  it('accepts no token while one of several secrets also seals waybills', async () => {
    const shared = JSON.stringify([TOKEN.WAYBILL_SECRET, secret])
    const token = await uploadToken({ secret, audience, owner: 'ada' })
    const request = { ...REQUEST, headers: { authorization: `Bearer ${token}` } }
    const { authorize } = ruleWith({ ...TOKEN, WAYBILL_SECRET: shared })
    await expect(authorize?.(request)).rejects.toThrow('is also the secret that seals waybills')
  })
})
