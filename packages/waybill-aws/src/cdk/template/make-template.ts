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
  /** Warnings about the template, one sentence each. */
  readonly warnings: readonly string[]
  /** The zip of the functions, under the name that the template says. */
  readonly code: FunctionsZip
}

/**
 * CDK's feature flags. They are fixed, so that a template does not depend on the app that writes
 * it.
 */
const CONTEXT = {
  '@aws-cdk/aws-cloudwatch-actions:changeLambdaPermissionLogicalIdForLambdaAction': true,
  '@aws-cdk/aws-kms:reduceCrossAccountRegionPolicyScope': true,
  '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
  '@aws-cdk/core:checkSecretUsage': true,
}

/**
 * Bytes that a template may have in a call to CloudFormation. A larger one needs a bucket.
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
      // CDK's validation rules take two of three seconds; our tests run them for each feature.
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

/** Line breaks are for people. They are left out if the template only fits without them. */
function textOf(template: unknown): string {
  const readable = `${JSON.stringify(template, null, 1)}\n`
  return Buffer.byteLength(readable) <= MAX_BODY ? readable : JSON.stringify(template)
}
