/**
 * The caller's token: from the command line, the environment or a command.
 *
 * @module
 */

import { exec } from 'node:child_process'
import { CommandFailure, messageOf, usageFailure } from '@waybill/command-line/command-failure'
import type { Settings } from '@waybill/command-line/settings'
import { UploadError } from 'waybill'

export interface Caller {
  /** Stays the same when a token is renewed. Can contain the token. */
  readonly id: string
  /**
   * Makes the `token` option of one uploader. If it is a function, it returns the latest token
   * first, and a new one each time that the signer has rejected the last.
   */
  readonly tokenOption: () => string | (() => Promise<string>) | undefined
}

/** @throws {CommandFailure} If the command fails. */
export async function readCaller({ token, 'token-command': command }: Settings): Promise<Caller> {
  if (command) {
    let latest = await runCommand(command.value)
    const renew = async () => {
      latest = await runCommand(command.value).catch((error: unknown) => {
        throw new UploadError('UNAUTHENTICATED', messageOf(error))
      })
      return latest
    }
    const tokenOption = () => {
      let isFirst = true
      return async () => {
        if (!isFirst) return renew()
        isFirst = false
        return latest
      }
    }
    return { id: claimsOf(latest) ?? command.value, tokenOption }
  }
  if (!token) return { id: '', tokenOption: () => undefined }
  const { value, name } = token
  if (!isToken(value))
    throw usageFailure(`${name} is not a token, expected letters, digits and .~+/-_=`)
  return { id: claimsOf(value) ?? value, tokenOption: () => value }
}

/** As RFC 6750 defines a bearer token. */
function isToken(text: string): boolean {
  return /^[\w.~+/-]+=*$/.test(text)
}

/** Claims that differ in each token for the same caller. */
const OF_ONE_TOKEN: ReadonlySet<string> = new Set([
  ...['exp', 'iat', 'nbf', 'jti', 'auth_time', 'at_hash', 'nonce'],
])

/**
 * Identifies the caller by all other claims, because the signer may choose owner and limits by any
 * of them. The signature is the signer's concern.
 *
 * @returns `undefined` if the token is not a JWT.
 */
function claimsOf(token: string): string | undefined {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
    const claims = Object.entries(JSON.parse(payload)).filter(([name]) => !OF_ONE_TOKEN.has(name))
    return JSON.stringify(claims.sort())
  } catch {
    return undefined
  }
}

function runCommand(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    exec(command, (error, stdout, stderr) => {
      const token = stdout.trim()
      if (!error && isToken(token)) return resolve(token)
      const said = stderr.trim().split('\n').at(-1)
      const why = error ? `failed${said ? `: ${said}` : ''}` : 'did not print one token'
      reject(new CommandFailure(`--token-command ${why}`))
    })
  })
}
