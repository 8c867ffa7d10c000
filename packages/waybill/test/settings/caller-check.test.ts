import { describe, expect, it } from 'vitest'
import type { SignerRequest, UploadRules } from 'waybill'
import { withAuth } from '../../src/settings/caller-check.ts'

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

/** @returns A rule as the signer gets it, under the setting `iam`. */
function guarded(rule: object): Guarded {
  const rules = { video: rule } as unknown as UploadRules
  return withAuth({ WAYBILL_AUTH: 'iam' }, rules, SIGNERS).video as unknown as Guarded
}

describe('withAuth', () => {
  it('leaves rules alone that authorize uploads themselves', () => {
    const open = { video: { ...VIDEO, public: true } } as UploadRules
    const closed = { video: { ...VIDEO, authorize: () => CALLER } } as UploadRules
    expect(withAuth({ WAYBILL_AUTH: 'none' }, open, SIGNERS)).toBe(open)
    expect(withAuth({ WAYBILL_AUTH: 'rules' }, closed, SIGNERS)).toBe(closed)
  })

  it('explains what to do about a rule that is not public', () => {
    const rules = { open: { ...VIDEO, public: true }, video: VIDEO } as unknown as UploadRules
    expect(() => withAuth({ WAYBILL_AUTH: 'none' }, rules, SIGNERS)).toThrow(
      new TypeError(
        "WAYBILL_AUTH is 'none', but rules.video is not public: set public: true in it, " +
          "or set WAYBILL_AUTH to 'rules' (authorize in your code), 'iam' or 'jwt'",
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
  ])('names %s if tokens are checked without it', (name, settings) => {
    const rules = { video: VIDEO } as unknown as UploadRules
    expect(() => withAuth({ WAYBILL_AUTH: 'jwt', ...settings }, rules, SIGNERS)).toThrow(
      new TypeError(`${name} is not set: add it to the environment`),
    )
  })

  it("explains what is wrong with an issuer that contains '#'", () => {
    const settings = { WAYBILL_JWT_ISSUER: 'https://id.example/#a', WAYBILL_JWT_AUDIENCE: 'a' }
    const rules = { video: VIDEO } as unknown as UploadRules
    expect(() => withAuth({ WAYBILL_AUTH: 'jwt', ...settings }, rules, SIGNERS)).toThrow(
      new TypeError("WAYBILL_JWT_ISSUER is 'https://id.example/#a', expected a URL without '#'"),
    )
  })
})
