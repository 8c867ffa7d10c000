import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { describe, expect, it } from 'vitest'
import { lambdaHandler } from 'waybill-aws/lambda'

const CLOUDFRONTS = 'AWS4-HMAC-SHA256 Credential=AKIA/20261124/eu-west-1/lambda/aws4_request'

const ENVIRONMENT = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  WAYBILL_BUCKET: 'uploads',
  WAYBILL_AUTH: 'rules',
  WAYBILL_SECRET: 'a secret of more than thirty-two characters',
  WAYBILL_ALLOWED_ORIGINS: 'https://app.example.com',
}
const VIDEO = { types: ['video/mp4'], maxSize: 1000, form: true } as const
const QUERY = 'name=a.mp4&type=video%2Fmp4&size=5'

/** What a rule's `authorize` finds under `authorization` of a signed call. */
async function seenOf(
  setting: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const seen: (string | undefined)[] = []
  const handler = lambdaHandler({
    log: () => {},
    environment: { ...ENVIRONMENT, ...setting },
    rules: {
      video: {
        ...VIDEO,
        authorize: (request) => {
          seen.push(request.headers.authorization)
          return { owner: 'u1' }
        },
      },
    },
  })
  const { statusCode } = await handler(functionUrlEvent({ query: QUERY, headers }))
  expect(statusCode).toBe(200)
  expect(seen).toHaveLength(1)
  return seen[0]
}

const BEHIND = { WAYBILL_AUTHORIZATION_HEADER: 'X-Viewer-Authorization' }
const viewers = { 'x-viewer-authorization': 'Bearer viewer' }

describe('lambdaHandler behind CloudFront', () => {
  it("reads the viewer's Authorization from the configured header", async () => {
    const headers = { ...viewers, authorization: CLOUDFRONTS }
    expect(await seenOf(BEHIND, headers)).toBe('Bearer viewer')
  })

  it("does not mistake CloudFront's signature for the viewer's", async () => {
    expect(await seenOf(BEHIND, { authorization: CLOUDFRONTS })).toBeUndefined()
  })

  it('does not mistake CloudFront, which IAM admits, for the caller', async () => {
    const seen: unknown[] = []
    const handler = lambdaHandler({
      environment: { ...ENVIRONMENT, ...BEHIND },
      rules: {
        video: {
          ...VIDEO,
          authorize: ({ caller }) => {
            seen.push(caller)
            return caller ?? false
          },
        },
      },
    })
    const iam = { userArn: 'arn:aws:sts::856369053181:assumed-role/front/session', userId: 'A' }
    const { statusCode } = await handler(functionUrlEvent({ query: QUERY }, { iam }))
    expect([statusCode, seen]).toEqual([401, [undefined]])
  })

  it('ignores such a header if none is configured', async () => {
    const headers = { ...viewers, authorization: 'Bearer own' }
    expect(await seenOf({}, headers)).toBe('Bearer own')
    expect(await seenOf({}, viewers)).toBeUndefined()
  })
})
