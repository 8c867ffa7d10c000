/**
 * The example application: the construct and the demo page, in an account of yours.
 *
 * `npm run deploy -- --profile me` · `npm run deploy -- -c demo=true` for a stack that leaves nothing behind ·
 * `npm run destroy`. Account and region are those of the profile.
 *
 * @module
 */

import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { DemoStack } from './demo-stack.ts'

const app = new App()
const account = process.env.CDK_DEFAULT_ACCOUNT
const region = process.env.CDK_DEFAULT_REGION
const page = app.node.tryGetContext('page')
const concurrency = app.node.tryGetContext('reservedConcurrency')

new DemoStack(app, app.node.tryGetContext('stack') ?? 'WaybillDemo', {
  description: 'Waybill: uploads from browsers straight into S3, with the demo page',
  ...(account && region ? { env: { account, region } } : {}),
  demo: flag('demo'),
  malwareScan: flag('malwareScan'),
  transferAcceleration: flag('transferAcceleration'),
  delivery: flag('delivery'),
  ...(page === undefined ? {} : { pageDirectory: String(page) }),
  // A new account may run ten functions at once and reserve none of them: -c reservedConcurrency=unreserved
  ...(concurrency === undefined
    ? {}
    : { reservedConcurrency: concurrency === 'unreserved' ? concurrency : Number(concurrency) }),
})
Validations.of(app).addPlugins(new AwsSolutionsChecks(app))

/** Of `-c name=true`. What is neither is a mistake that would otherwise keep buckets, or delete them. */
function flag(name: string): boolean {
  const value = String(app.node.tryGetContext(name) ?? false)
  if (value === 'true' || value === 'false') return value === 'true'
  throw new Error(`-c ${name}=${value}, expected true or false`)
}
