import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import { keyStatement } from './key-statement.ts'

/** CDK's `grantRead` would also allow DescribeSecret. */
export function readSecretStatements(secret: ISecret): PolicyStatement[] {
  const { encryptionKey: key, env } = secret
  const read = new PolicyStatement({
    sid: 'ReadSealingSecret',
    actions: ['secretsmanager:GetSecretValue'],
    // A secret's ARN ends with six random characters, which are unknown if the secret was looked up
    // by name.
    resources: [secret.secretFullArn ?? `${secret.secretArn}-??????`],
  })
  if (!key) return [read]
  const service = `secretsmanager.${env.region}`
  return [read, keyStatement('UseSecretKey', [key], ['kms:Decrypt'], service)]
}
