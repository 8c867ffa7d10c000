/**
 * Makes a template of CloudFormation and names the zip of its functions.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { App } from 'aws-cdk-lib'
import type { TemplateFeatures } from './template-features.ts'
import { TemplateStack } from './template-stack.ts'

/** A template, and what belongs to it. */
export interface MadeTemplate {
  /** The text of the template, JSON. */
  readonly text: string
  /** What it is good to know of it, one sentence each. */
  readonly warnings: readonly string[]
  /** The zip of the functions, under the name that the template says. */
  readonly code: { readonly name: string; readonly bytes: Uint8Array }
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
  const code = codeFile()
  const outdir = await mkdtemp(join(tmpdir(), 'waybill-template-'))
  try {
    const app = new App({ context: CONTEXT, outdir, treeMetadata: false })
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

function codeFile(): MadeTemplate['code'] {
  // The same path from `src/cdk/template` and from `dist/cdk/template`.
  const file = fileURLToPath(new URL('../../../dist/lambda-assets/functions.zip', import.meta.url))
  if (!existsSync(file)) {
    throw new Error(`${file} is missing: build the package (npm run build) before this`)
  }
  const bytes = readFileSync(file)
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  return { name: `waybill-${hash}.zip`, bytes }
}
