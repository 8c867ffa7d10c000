/**
 * An issuer of tokens for the tests of `auth` `jwt`.
 *
 * @module
 */

import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export const AUDIENCE = 'uploads'

export type Issuer = Awaited<ReturnType<typeof startIssuer>>

export interface IssuerAnswer {
  readonly status: number
  readonly body: string
}

/** An identity provider: publishes its key, counts how often it is asked. */
export async function startIssuer(answer?: IssuerAnswer) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }]
  const asked: (string | undefined)[] = []
  let given = answer
  let onEndless: ((sent: number) => void) | undefined
  const server = createServer((request, response) => {
    asked.push(request.url)
    if (onEndless) return sendEndlessly(response, onEndless)
    const { status, body } = given ?? { status: 200, body: JSON.stringify({ keys }) }
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    privateKey,
    publicKey,
    asked: () => asked.length,
    /** Where it was asked last. */
    askedAt: () => asked.at(-1),
    /** From now on it gives this answer, or its key again. */
    answers: (next?: IssuerAnswer) => {
      given = next
    },
    /** From now on its answer has no end. `hasEnded` says how many bytes were asked of the first. */
    answersEndlessly: () => {
      const { promise, resolve } = Promise.withResolvers<number>()
      onEndless = resolve
      return { hasEnded: promise }
    },
    close: () => server.close(),
  }
}

/** Sends as much as is read, until the other side closes. */
function sendEndlessly(response: ServerResponse, onClosed: (sent: number) => void): void {
  const piece = Buffer.alloc(65_536, ' ')
  let sent = 0
  const more = () => {
    do sent += piece.length
    while (!response.destroyed && response.write(piece))
  }
  response.on('drain', more)
  response.on('close', () => onClosed(sent))
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":[')
  more()
}

export interface TokenClaims {
  readonly iss?: string
  readonly aud?: string
  readonly sub?: string
  readonly expiresIn?: string
  readonly kid?: string
  readonly notBefore?: string
}

/** Signs a token of an issuer. */
export function tokenOf(
  issuer: Issuer,
  claims: TokenClaims = {},
  key = issuer.privateKey,
): Promise<string> {
  const jwt = new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: claims.kid ?? 'k1' })
    .setIssuer(claims.iss ?? issuer.url)
    .setAudience(claims.aud ?? AUDIENCE)
    .setExpirationTime(claims.expiresIn ?? '5 minutes')
    .setNotBefore(claims.notBefore ?? '1 minute ago')
  return (claims.sub === '' ? jwt : jwt.setSubject(claims.sub ?? 'user-7')).sign(key)
}
