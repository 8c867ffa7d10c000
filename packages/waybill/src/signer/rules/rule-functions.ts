/**
 * Calls a rule's `authorize` and `accept` and checks what they return. Anything that does not
 * clearly identify a caller is rejected, and only `true` accepts a file.
 *
 * @module
 */

import { type AskApplication, InvalidReturn, isThenable } from '../../events/ask-application.ts'
import type {
  Authorization,
  Authorize,
  PublicAuthorization,
  SignerRequest,
} from '../../protocol/authorization.ts'
import { isPlain } from '../../protocol/json-value.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { AcceptArguments, UploadRule } from '../../protocol/upload-rule.ts'

export interface SignersPart {
  /** Used by rules that have no `authorize` of their own. */
  readonly authorize?: Authorize<Authorization, never> | undefined
}

export interface RuleCall {
  readonly given: unknown
  onError(error: unknown): void
}

/** A signed-in user is also rejected if the call does not carry their cookie or token. */
const REFUSED = 'if the person is signed in, check that the call has their cookie or token'

type AuthorizeCaller = (
  request: SignerRequest,
  call: RuleCall,
) => PublicAuthorization | Promise<PublicAuthorization>

/**
 * The returned function throws `UNAUTHENTICATED` or whatever `authorize` throws. It is synchronous
 * if `authorize` is, because awaiting a promise would need a timer.
 *
 * @throws {TypeError} If neither the rule nor the signer says who can upload.
 */
export function checkedAuthorize(
  at: string,
  rule: { readonly authorize?: unknown; readonly public?: boolean },
  { authorize: signers }: SignersPart,
): AuthorizeCaller {
  const { authorize = signers, public: isPublic = false } = rule
  if (authorize === undefined) {
    if (isPublic) return () => ({})
    throw new TypeError(
      `${at} does not say who may upload: add authorize to the rule or the signer, or set public: true in the rule to let everyone upload`,
    )
  }
  if (!isFunction(authorize)) {
    throw new TypeError(`${at}.authorize is ${kindOf(authorize)}, expected a function`)
  }
  const checked = (answer: unknown, { onError }: RuleCall) => {
    if (isCaller(answer, isPublic)) return answer
    if (answer === false) {
      throw new UploadError('UNAUTHENTICATED', `${at}.authorize returned false: ${REFUSED}`)
    }
    const what = `${received(answer)}, ${expected(isPublic)}${advice(answer, isPublic)}`
    const invalid = new InvalidReturn(`${at}.authorize returned ${what}`)
    onError(invalid)
    throw new UploadError('UNAUTHENTICATED', invalid.message)
  }
  return (request, call) => {
    const answer = authorize(request, call.given)
    if (!isThenable(answer)) return checked(answer, call)
    return Promise.resolve(answer).then((awaited) => checked(awaited, call))
  }
}

function isFunction(
  value: unknown,
): value is (request: SignerRequest, context: unknown) => unknown {
  return typeof value === 'function'
}

function isCaller(answer: unknown, isPublic: boolean): answer is PublicAuthorization {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return false
  const owner: unknown = Reflect.get(answer, 'owner')
  // A class instance without an owner, such as an `Error` or `Response` that was returned instead of
  // thrown, means a refusal. `{ owner: user?.id }` without a session must not create an upload without
  // an owner.
  if (owner === undefined) return isPublic && isPlain(answer) && !Object.hasOwn(answer, 'owner')
  return typeof owner === 'string' && owner !== ''
}

/** The value may contain personal data, so only its kind is reported. */
function received(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return kindOf(answer)
  if (!isPlain(answer) && Reflect.get(answer, 'owner') === undefined) {
    return 'an instance of a class without owner'
  }
  return `an object whose owner is ${kindOf(Reflect.get(answer, 'owner'))}`
}

function expected(isPublic: boolean): string {
  const owner = isPublic ? 'a plain object whose owner, if any,' : 'an object whose owner'
  return `expected false or ${owner} is a non-empty string`
}

function advice(answer: unknown, isPublic: boolean): string {
  if (answer === undefined) return ' (is a return missing?)'
  if (typeof answer !== 'object' || answer === null) return ''
  if (!Object.hasOwn(answer, 'owner') || Reflect.get(answer, 'owner') !== undefined) return ''
  return isPublic
    ? ': omit owner for an anonymous upload, or return false to reject the caller'
    : ': return false for an unknown caller'
}

function kindOf(value: unknown): string {
  if (value === '') return 'an empty string'
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

export type AcceptFile = (
  question: AcceptArguments<PublicAuthorization>,
  call: RuleCall,
) => Promise<void>

/** Maximum length of the application's message to the client, in characters. */
const MAX_WORDS = 300

/**
 * @param at - The rule's name in error messages, such as `rules.video`.
 * @throws {TypeError} If `accept` is not a function.
 */
export function checkedAccept(
  at: string,
  rule: UploadRule,
  { ask }: { readonly ask: AskApplication },
): AcceptFile {
  if (rule.accept === undefined) return async () => {}
  if (typeof rule.accept !== 'function') {
    throw new TypeError(`${at}.accept is ${typeof rule.accept}, expected a function`)
  }
  return async (question, { onError }) => {
    const answer: unknown = await ask(`${at}.accept`, () => rule.accept?.(question))
    if (answer === true) return
    if (answer !== false && typeof answer !== 'string') {
      onError(
        new InvalidReturn(`${at}.accept returned ${typeof answer}, expected true, false or text`),
      )
    }
    const words = typeof answer === 'string' ? oneLine(answer) : ''
    throw new UploadError('FILE_REFUSED', words || 'the file was refused')
  }
}

function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * MAX_WORDS)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
    .replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ')
    .trim()
  const characters = [...line]
  return characters.length > MAX_WORDS ? `${characters.slice(0, MAX_WORDS - 1).join('')}…` : line
}
