/**
 * What cdk-nag's AwsSolutions pack finds in a stack, beyond what is acknowledged.
 *
 * @module
 */

import { App, type Stack, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'

/** @returns Resource and rule of each error, for example `Stack/Logs/Resource S1`. */
export function nagFindings({ node }: Stack): string[] {
  const { root } = node
  if (!App.isApp(root)) throw new Error('the stack is in no app')
  Validations.of(root).addPlugins(new AwsSolutionsChecks(root))
  try {
    root.synth({ force: true })
    return []
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationFailed') throw error
    const found = error.message.matchAll(/^ +(Stack\S+) .*\n +Acknowledge .*AwsSolutions-(\S+)'$/gm)
    return Array.from(found, ([, resource, rule]) => `${resource} ${rule}`)
  }
}
