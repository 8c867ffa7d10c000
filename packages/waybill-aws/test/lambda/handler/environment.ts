/**
 * The environment of a signer's function beside a local S3, and handlers that work in it.
 *
 * @module
 */

import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll } from 'vitest'
import type { SignerRequest } from 'waybill'
import { lambdaHandler } from 'waybill-aws/lambda'
import { localSettings } from '../local-settings.ts'

export const ORIGIN = 'https://app.example.com'
export const QUERY = 'name=f%C3%BCr%20uns%2Bdich.mp4&type=video%2Fmp4&size=5'

const RULES = JSON.stringify({
  video: { types: ['video/mp4'], maxSize: 1_000_000, form: true, public: true },
})

type Settings = Readonly<Record<string, string>>

/** For all tests of the file that calls it; its S3 ends with them. */
export function startEnvironment() {
  let s3: StrictS3
  beforeAll(async () => {
    s3 = await startStrictS3({ buckets: ['uploads'] })
  })
  afterAll(() => s3.close())
  const environment = (more: Settings = {}) => ({
    ...localSettings(s3),
    WAYBILL_ALLOWED_ORIGINS: `${ORIGIN}, https://other.example.com`,
    WAYBILL_AUTH: 'none',
    WAYBILL_RULES: RULES,
    WAYBILL_PREFIX: 'uploads/',
    ...more,
  })
  return {
    environment,
    /** A handler that also tells what the signer's rule saw of a call. */
    observed: (more: Settings = {}) => observedIn(environment({ WAYBILL_AUTH: 'rules', ...more })),
  }
}

function observedIn(environment: Settings) {
  const seen: SignerRequest[] = []
  const rules = {
    video: {
      types: ['video/mp4'],
      maxSize: 1000,
      form: true,
      authorize: (request: SignerRequest) => {
        seen.push(request)
        return { owner: 'u1' }
      },
    },
  }
  return { seen, handler: lambdaHandler({ environment, rules, log: () => {} }) }
}
