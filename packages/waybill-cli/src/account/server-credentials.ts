/**
 * Finds the credentials of a program that runs for months: the keys in the environment, or whatever
 * the AWS SDK's provider chain finds, such as the role of an EC2 instance or of an ECS task.
 *
 * @module
 */

import { CommandFailure, messageOf } from '@waybill/command-line/command-failure'
import type { Credentials } from 'waybill-s3'
import { fromEnvironment } from './profile-access.ts'

const CHAIN = '@aws-sdk/credential-providers'

/**
 * @returns A function that returns the current credentials.
 * @throws {CommandFailure} If there are neither keys nor the AWS SDK.
 */
export async function serverCredentials(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<() => Promise<Credentials>> {
  const keys = fromEnvironment(environment)
  if (keys) return async () => keys
  try {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
    return fromNodeProviderChain()
  } catch (error) {
    if (!messageOf(error).includes(`Cannot find package '${CHAIN}'`)) throw error
    throw new CommandFailure(
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set. For a role or a profile instead of ' +
        `keys, install the AWS SDK's providers: npm install ${CHAIN}`,
      { cause: error },
    )
  }
}
