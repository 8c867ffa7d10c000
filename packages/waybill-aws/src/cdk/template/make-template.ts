/**
 * Creates a CloudFormation template, and the zip file with its functions.
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

/** A template, its warnings, and the code of its functions. */
export interface MadeTemplate {
  /** The template as JSON. */
  readonly text: string
  /** Warnings about the template, one sentence each. */
  readonly warnings: readonly string[]
  /** The functions' zip file, with the name that the template refers to. */
  readonly code: FunctionsZip
}

/**
 * CDK feature flags. They are fixed so that every project that writes a template gets the same one.
 */
const CONTEXT = {
  '@aws-cdk/aws-cloudwatch-actions:changeLambdaPermissionLogicalIdForLambdaAction': true,
  '@aws-cdk/aws-kms:reduceCrossAccountRegionPolicyScope': true,
  '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
  '@aws-cdk/core:checkSecretUsage': true,
}

/**
 * Maximum size in bytes of a template that is passed in a call to CloudFormation. A larger template
 * must be in a bucket.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const MAX_BODY = 51_200

/**
 * Creates a template.
 *
 * @param description - The stack's description, at most 1,024 bytes.
 * @throws {Error} If features exclude each other, or the package was not built.
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
      // CDK's validation rules take most of the time. Our tests run them for each feature instead.
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

/**
 * Formats a template with line breaks, for people to read, unless it fits into CloudFormation's
 * limit only without them.
 */
function textOf(template: unknown): string {
  const readable = `${JSON.stringify(template, null, 1)}\n`
  return Buffer.byteLength(readable) <= MAX_BODY ? readable : JSON.stringify(template)
}
