/**
 * The example application, of what `-c name=value` says.
 *
 * @module
 */

import { type App, type Environment, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { DemoStack } from './demo-stack.ts'

/** @param env - Account and region; empty where the template is to fit any. */
export function addExample(app: App, env: Environment): DemoStack {
  const page = app.node.tryGetContext('page')
  const concurrency = app.node.tryGetContext('reservedConcurrency')
  const flag = (name: string) => readFlag(app, name)
  const stack = new DemoStack(app, app.node.tryGetContext('stack') ?? 'WaybillDemo', {
    description: 'Waybill: uploads from browsers straight into S3, with the demo page',
    ...(env.account && env.region ? { env } : {}),
    demo: flag('demo'),
    malwareScan: flag('malwareScan'),
    transferAcceleration: flag('transferAcceleration'),
    delivery: flag('delivery'),
    openDelivery: flag('openDelivery'),
    ...(page === undefined ? {} : { pageDirectory: String(page) }),
    // A new account may run ten functions at once and reserve none of them.
    ...(concurrency === undefined
      ? {}
      : { reservedConcurrency: concurrency === 'unreserved' ? concurrency : Number(concurrency) }),
  })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return stack
}

/** Of `-c name=true`. What is neither is a mistake that would otherwise keep buckets, or delete them. */
function readFlag(app: App, name: string): boolean {
  const value = String(app.node.tryGetContext(name) ?? false)
  if (value === 'true' || value === 'false') return value === 'true'
  throw new Error(`-c ${name}=${value}, expected true or false`)
}
