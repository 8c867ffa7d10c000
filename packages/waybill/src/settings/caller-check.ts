/**
 * Applies `WAYBILL_AUTH`, which decides who can call the signer: everyone (`none`), callers that
 * the rules allow (`rules`), callers that IAM allows (`iam`), bearers of a token from one issuer
 * (`jwt`), or bearers of an upload token (`token`).
 *
 * @module
 */

import type { Authorize, SignerRequest, VerifiedCaller } from '../protocol/authorization.ts'
import { UploadError } from '../protocol/upload-error.ts'
import type { UploadRule, UploadRules } from '../protocol/upload-rule.ts'
import {
  checkedAuthorize,
  type RuleCall,
  type SignersPart,
} from '../signer/rules/rule-functions.ts'
import type { CallerCheck } from '../tokens/token-caller.ts'
import { choice, type Environment, required } from './environment.ts'
import type { SettingsSource } from './secrets.ts'
import { uploadTokenCheck } from './upload-token-check.ts'

export type GuardedBy = SignersPart & Pick<RuleCall, 'onError'>

/**
 * Adds the caller check that `WAYBILL_AUTH` requires to each rule.
 *
 * @throws {TypeError} If a setting is missing, invalid or incompatible with the rules.
 */
export function withAuth(
  source: SettingsSource,
  rules: UploadRules,
  signers: GuardedBy,
): UploadRules {
  const { environment } = source
  const auth = choice(environment, 'WAYBILL_AUTH', ['none', 'rules', 'iam', 'jwt', 'token'])
  if (auth === 'rules') return rules
  if (auth === 'none') return publicRules(rules)
  const check = checkBy(auth, source, signers)
  const guarded: Record<string, UploadRule> = {}
  for (const [name, rule] of Object.entries<UploadRule>(rules)) {
    const authorize = withCallerCheck(`rules.${name}`, rule, check, signers)
    const whole = withMethods(rule)
    guarded[name] = rule.public ? { ...whole, authorize } : { ...whole, public: false, authorize }
  }
  return guarded
}

function checkBy(
  auth: 'iam' | 'jwt' | 'token',
  source: SettingsSource,
  signers: GuardedBy,
): CallerCheck {
  if (auth === 'token') return uploadTokenCheck(source, signers)
  return auth === 'iam' ? callerOfFront : tokenCheckFrom(source.environment, signers)
}

/** A rule can be a class instance, and object spread does not copy the methods of its class. */
function withMethods(rule: UploadRule): UploadRule {
  const { accept, key, onComplete } = rule
  return {
    ...rule,
    ...(accept ? { accept: accept.bind(rule) } : {}),
    ...(key ? { key: key.bind(rule) } : {}),
    ...(onComplete ? { onComplete: onComplete.bind(rule) } : {}),
  }
}

function publicRules(rules: UploadRules): UploadRules {
  for (const [name, rule] of Object.entries<UploadRule>(rules)) {
    if (rule.public === true) continue
    throw new TypeError(
      `WAYBILL_AUTH is 'none', but rules.${name} is not public: set public: true in it, ` +
        "or set WAYBILL_AUTH to 'rules' (authorize in your code), 'iam', 'jwt' or 'token'",
    )
  }
  return rules
}

async function callerOfFront({ caller }: SignerRequest): Promise<VerifiedCaller> {
  if (caller) return caller
  throw new UploadError('UNAUTHENTICATED', 'the request names no IAM principal')
}

function tokenCheckFrom(environment: Environment, { onError }: GuardedBy): CallerCheck {
  const issuer = required(environment, 'WAYBILL_JWT_ISSUER')
  if (issuer.includes('#')) {
    throw new TypeError(`WAYBILL_JWT_ISSUER is '${issuer}', expected a URL without '#'`)
  }
  const audience = required(environment, 'WAYBILL_JWT_AUDIENCE')
  const jwksUri =
    environment.WAYBILL_JWKS_URI || `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`
  if (!/^https?:/.test(jwksUri) || !URL.canParse(jwksUri)) {
    throw new TypeError(
      environment.WAYBILL_JWKS_URI
        ? `WAYBILL_JWKS_URI is '${jwksUri}', expected a URL`
        : `WAYBILL_JWT_ISSUER is '${issuer}', expected a URL, or WAYBILL_JWKS_URI`,
    )
  }
  // Load this code with the first token, so that a signer without tokens never parses it.
  const verifier = async () =>
    (await import('../tokens/issuer-token.ts')).tokenCheck({ issuer, audience, jwksUri, onError })
  let kept: ReturnType<typeof verifier> | undefined
  return async (request) => {
    kept ??= verifier()
    return (await kept)(request)
  }
}

/**
 * Runs `check` before the rule's or the handler's own `authorize`, which receives the verified
 * caller as `request.caller`.
 *
 * If `authorize` returns no owner, the verified caller becomes the owner. If the upload had no
 * owner, every caller could resume it.
 */
function withCallerCheck(
  at: string,
  rule: UploadRule,
  check: CallerCheck,
  signers: GuardedBy,
): Authorize {
  const authorize =
    typeof rule.authorize === 'function' ? rule.authorize.bind(rule) : rule.authorize
  const own = checkedAuthorize(at, { authorize, public: true }, signers)
  const { onError } = signers
  return async (request, given) => {
    const { only: limits = [], ...verified } = await check(request)
    const { owner: verifiedOwner, claims } = verified
    const caller = { owner: verifiedOwner, ...(claims ? { claims } : {}) }
    const authorized = await own({ ...request, caller }, { given, onError })
    const { owner = verifiedOwner, only: more = [], ...authorization } = authorized
    const only = [limits, more].flat()
    return { ...verified, ...authorization, owner, ...(only.length > 0 ? { only } : {}) }
  }
}
