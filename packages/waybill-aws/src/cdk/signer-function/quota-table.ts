import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, type ITable, Table } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { acknowledge } from '../cdk-nag/acknowledge.ts'

/** An item contains a hash and two numbers, and expires an hour after its period ends. */
export function makeQuotaTable(scope: Construct): ITable {
  const table = new Table(scope, 'Quotas', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: 'expiresAt',
    removalPolicy: RemovalPolicy.DESTROY,
  })
  acknowledge(
    table,
    'DDB3',
    'Its items are counts of the current hour, day or month: recovered, they would be wrong.',
  )
  return table as ITable
}

export function countStatement(table: ITable): PolicyStatement {
  return new PolicyStatement({
    sid: 'CountGrants',
    actions: ['dynamodb:UpdateItem', 'dynamodb:GetItem'],
    resources: [table.tableArn],
  })
}
