import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { lambdaHandler } from 'waybill-aws/lambda'

/** The signer as Lambda runs it with such an environment. */
export function deployedHandler(
  variables: Readonly<Record<string, string>>,
  options: Parameters<typeof lambdaHandler>[0] = {},
) {
  return lambdaHandler({
    ...options,
    environment: {
      AWS_REGION: 'eu-west-1',
      ...variables,
      AWS_ACCESS_KEY_ID: 'AKIDTEST',
      AWS_SECRET_ACCESS_KEY: 'secret-of-a-test',
      WAYBILL_SECRET: 'a secret of more than thirty-two characters',
    },
  })
}

export const QUERY = 'name=a.mp4&type=video/mp4&size=5&rule=video'

/** A form that it signs. */
export async function signedForm(variables: Readonly<Record<string, string>>) {
  const { body } = await deployedHandler(variables)(functionUrlEvent({ query: QUERY }))
  return JSON.parse(body).presignedPost
}
