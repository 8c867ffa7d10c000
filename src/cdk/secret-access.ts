/**
 * What a role may do with a secret: read it.
 *
 * @module
 */

import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import { keyStatement } from './key-statement.ts'

/**
 * Makes the statements for reading a secret, and for decrypting it when it has a customer managed
 * key. `grantRead` would add DescribeSecret.
 */
export function readSecretStatements(secret: ISecret): PolicyStatement[] {
  const read = new PolicyStatement({
    sid: 'ReadSealingSecret',
    actions: ['secretsmanager:GetSecretValue'],
    resources: [secret.secretFullArn ?? `${secret.secretArn}-??????`],
  })
  const { encryptionKey, env } = secret
  if (!encryptionKey) return [read]
  const decrypt = keyStatement(encryptionKey, ['kms:Decrypt'], `secretsmanager.${env.region}`)
  decrypt.sid = 'UseSecretKey'
  return [read, decrypt]
}
