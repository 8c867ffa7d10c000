import { usageFailure } from '@waybill/command-line/command-failure'
import type { CommandOption, OptionValues } from '@waybill/command-line/command-line'
import type { Credentials } from 'waybill-s3'
import { profileAccess } from './profile-access.ts'

export const ACCESS_OPTIONS: Readonly<Record<string, CommandOption>> = {
  profile: {
    value: 'name',
    about:
      'profile of the AWS command line, also one of aws sso login (default: AWS_ACCESS_KEY_ID, or the default profile)',
  },
  region: {
    value: 'region',
    about: "region of the function (default: AWS_REGION, or the profile's)",
  },
}

export interface AwsAccess {
  readonly region: string
  credentials(): Promise<Credentials>
  /**
   * Returns the origin in `AWS_ENDPOINT_URL`, or in its variant for this service.
   *
   * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
   */
  endpointOf(service: 'lambda' | 'sqs' | 's3' | 'guardduty'): string | undefined
}

/** Credentials with less time left than this are renewed, so that they outlast a long command. */
const MARGIN_MS = 5 * 60_000

/**
 * Resolves AWS credentials and region from the options and the environment, like the AWS CLI.
 *
 * @param known - The region in an ARN on the command line.
 * @throws {CommandFailure} If the credentials or the region are missing, or if `--region` differs
 *   from `known`.
 */
export async function awsAccess(
  { profile, region }: OptionValues,
  environment: Readonly<Record<string, string | undefined>>,
  known: string | undefined,
  now: () => Date = () => new Date(),
): Promise<AwsAccess> {
  if (known !== undefined && region !== undefined && known !== region) {
    throw usageFailure(`--region is '${region}', but the function's ARN has '${known}'`)
  }
  const first = await profileAccess({ profile, region: known ?? region }, environment)
  let current = first.credentials
  return {
    region: first.region,
    credentials: async () => {
      const { expiration } = current
      if (expiration && expiration.getTime() - now().getTime() < MARGIN_MS) {
        current = (await profileAccess({ profile, region: first.region }, environment)).credentials
      }
      return current
    },
    endpointOf: (service) =>
      environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ||
      environment.AWS_ENDPOINT_URL ||
      undefined,
  }
}
