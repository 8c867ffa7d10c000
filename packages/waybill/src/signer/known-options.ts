/**
 * The names of the options of a signer.
 *
 * @module
 */

import { checkMembers } from '../protocol/json-value.ts'
import type { SignerOptions } from './context/signer-options.ts'

const OPTIONS: Readonly<Record<keyof SignerOptions, 0>> = {
  bucket: 0,
  region: 0,
  endpoint: 0,
  addressing: 0,
  credentials: 0,
  serverCredentials: 0,
  secret: 0,
  rules: 0,
  prefix: 0,
  authorize: 0,
  allowedOrigins: 0,
  allowCredentials: 0,
  singleRequest: 0,
  multipart: 0,
  multipartThreshold: 0,
  partSize: 0,
  conditionalWrites: 0,
  additionalChecksums: 0,
  pendingTag: 0,
  objectDefaults: 0,
  verifiedOnly: 0,
  signDownload: 0,
  quotas: 0,
  waybillExpiresInSeconds: 0,
  requestTimeoutMs: 0,
  maxAttempts: 0,
  onError: 0,
  onEvent: 0,
  fetch: 0,
  effects: 0,
}

/**
 * Refuses an unknown option. The compiler does not find it in options that are spread, or in
 * JavaScript.
 *
 * @param more - Further names that are allowed.
 * @throws {TypeError} Names the unknown option and the allowed ones.
 */
export function checkOptions(options: object, ...more: readonly string[]): void {
  refuseStrategies(options)
  checkMembers(options, 'options', [...more, ...Object.keys(OPTIONS)])
}

/** Refuses `strategies`, the list that `singleRequest` and `multipart` have replaced. */
function refuseStrategies(options: object): void {
  const given: unknown = Reflect.get(options, 'strategies')
  if (given === undefined) return
  const list = [given].flat()
  const single = list.find((strategy) => strategy !== 'multipart') === 'put' ? 'put' : 'post'
  throw new TypeError(
    `strategies is not an option, write singleRequest: '${single}', multipart: ${list.includes('multipart')}`,
  )
}
