/**
 * Makes a template of CloudFormation and names the zip of its functions.
 *
 * @module
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { type FunctionsZip, functionsZip } from './functions-zip.ts'
import type { TemplateFeatures } from './template-features.ts'
import { TemplateStack } from './template-stack.ts'

/** A template, and what belongs to it. */
export interface MadeTemplate {
  /** The text of the template, JSON. */
  readonly text: string
  /** What it is good to know of it, one sentence each. */
  readonly warnings: readonly string[]
  /** The zip of the functions, under the name that the template says. */
  readonly code: FunctionsZip
}

/**
 * CDK makes better resources with these. They are fixed, so that a template does not change with
 * the app that it is written from.
 */
const CONTEXT = {
  '@aws-cdk/aws-cloudwatch-actions:changeLambdaPermissionLogicalIdForLambdaAction': true,
  '@aws-cdk/aws-kms:reduceCrossAccountRegionPolicyScope': true,
  '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
  '@aws-cdk/core:checkSecretUsage': true,
}

/**
 * Bytes of a template that is sent to CloudFormation as it is. A larger one needs a bucket.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const MAX_BODY = 51_200

/**
 * Makes a template.
 *
 * @param description - The description of the stack, at most 1,024 bytes.
 * @throws {Error} When features exclude each other, or the package was not built.
 */
export async function makeTemplate(
  features: TemplateFeatures,
  description: string,
): Promise<MadeTemplate> {
  const code = functionsZip()
  const outdir = await mkdtemp(join(tmpdir(), 'waybill-template-'))
  try {
    const app = new App({
      ...{ context: CONTEXT, outdir, treeMetadata: false },
      // CDK's rules take two of three seconds; they have judged each feature in our tests.
      builtinCloudFormationValidation: false,
    })
    new TemplateStack(app, 'Waybill', { features, codeFile: code.name, description })
    const stack = app.synth().getStackByName('Waybill')
    const warnings = stack.messages.flatMap(({ level, entry }) =>
      level === 'warning' ? [String(entry.data).replace(/ \[ack: [^\]]+\]$/, '')] : [],
    )
    return { text: textOf(stack.template), warnings, code }
  } finally {
    await rm(outdir, { recursive: true, force: true })
  }
}

/** Lines are for people. A template that only fits without them is without. */
function textOf(template: unknown): string {
  const readable = `${JSON.stringify(template, null, 1)}\n`
  return Buffer.byteLength(readable) <= MAX_BODY ? readable : JSON.stringify(template)
}
