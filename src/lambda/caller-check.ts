/**
 * Who may call the signer, by setting (`WAYBILL_AUTH`): everybody (`none`), whom IAM let through (`iam`), or who
 * brings a token of one issuer (`jwt`). It comes before a rule's own `authorize`, and gives uploads an owner where
 * the rule has none.
 *
 * @module
 */

import {
  type Authorization,
  type SignerRequest,
  UploadError,
  type UploadRule,
  type UploadRules,
} from '../protocol/index.ts'
import { type Environment, oneOf, required } from './environment.ts'
import { CALLER_HEADER } from './http-event.ts'

/** @throws {UploadError} `UNAUTHENTICATED` */
export type CallerCheck = (request: SignerRequest) => Promise<Authorization>

/** @throws {TypeError} At once, when a setting is missing. */
export function callerCheckFrom(environment: Environment): CallerCheck | undefined {
  const auth = oneOf(environment, 'WAYBILL_AUTH', ['none', 'iam', 'jwt'])
  if (auth === 'none') return undefined
  if (auth === 'iam') return async ({ headers }) => ({ owner: callerIn(headers) })
  const issuer = required(environment, 'WAYBILL_JWT_ISSUER')
  const audience = required(environment, 'WAYBILL_JWT_AUDIENCE')
  const jwksUri =
    environment.WAYBILL_JWKS_URI || `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`
  // Loaded with the first token: a signer without tokens need not parse it.
  const verifier = async () =>
    (await import('./token-check.ts')).tokenCheck({ issuer, audience, jwksUri })
  let kept: ReturnType<typeof verifier> | undefined
  return async (request) => {
    kept ??= verifier()
    return (await kept)(request)
  }
}

function callerIn(headers: Readonly<Record<string, string>>): string {
  const caller = headers[CALLER_HEADER]
  if (caller) return caller
  throw new UploadError('UNAUTHENTICATED', 'the request names no IAM principal')
}

/**
 * @returns The rules, each with `check` before its own `authorize`, which finds the caller under `CALLER_HEADER`. Where it
 *   names no owner, the caller is: a rule that only says yes would else let everybody go on with everybody's uploads.
 */
export function withCallerCheck<Rules extends UploadRules>(
  rules: Rules,
  check: CallerCheck | undefined,
): UploadRules {
  if (!check) return rules
  const guarded: Record<string, UploadRule> = {}
  for (const [name, rule] of Object.entries<UploadRule>(rules)) {
    const { authorize } = rule
    guarded[name] = {
      ...rule,
      authorize: async (request) => {
        const caller = await check(request)
        if (!authorize) return caller
        const { owner = '' } = caller
        const known = { ...request, headers: { ...request.headers, [CALLER_HEADER]: owner } }
        const own = await authorize(known)
        return own === false || own.owner !== undefined ? own : { ...own, owner }
      },
    }
  }
  return guarded
}
