/**
 * Builds the example application from its context values (`-c name=value`).
 *
 * @module
 */

import { type App, type Environment, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { DemoStack } from './demo-stack.ts'

/** Adds the stack to an app. With an empty `env`, the template works for any account and region. */
export function addExample(app: App, env: Environment): DemoStack {
  const page = app.node.tryGetContext('page')
  const concurrency = app.node.tryGetContext('reservedConcurrency')
  const flag = (name: string) => readFlag(app, name)
  const stack = new DemoStack(app, app.node.tryGetContext('stack') ?? 'WaybillDemo', {
    description: 'Waybill: uploads from browsers directly to S3, with the demo page',
    ...(env.account && env.region ? { env } : {}),
    demo: flag('demo'),
    malwareScan: flag('malwareScan'),
    transferAcceleration: flag('transferAcceleration'),
    delivery: flag('delivery'),
    openDelivery: flag('openDelivery'),
    ...(page === undefined ? {} : { pageDirectory: String(page) }),
    // A new account can only run ten functions at the same time, and cannot reserve any of them.
    ...(concurrency === undefined
      ? {}
      : { reservedConcurrency: concurrency === 'unreserved' ? concurrency : Number(concurrency) }),
  })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return stack
}

/**
 * Reads `-c name=true`. Any value except `true` and `false` is an error, because a typo could keep
 * or delete buckets by mistake.
 */
function readFlag(app: App, name: string): boolean {
  const value = String(app.node.tryGetContext(name) ?? false)
  if (value === 'true' || value === 'false') return value === 'true'
  throw new Error(`-c ${name}=${value}, expected true or false`)
}
