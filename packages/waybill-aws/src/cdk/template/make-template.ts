import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { type FunctionsZip, functionsZip } from './functions-zip.ts'
import type { TemplateFeatures } from './template-features.ts'
import { TemplateStack } from './template-stack.ts'

export interface MadeTemplate {
  readonly text: string
  readonly warnings: readonly string[]
  readonly code: FunctionsZip
}

/**
 * CDK feature flags. They are fixed, so the template does not depend on the project that writes it.
 */
const CONTEXT = {
  '@aws-cdk/aws-cloudwatch-actions:changeLambdaPermissionLogicalIdForLambdaAction': true,
  '@aws-cdk/aws-kms:reduceCrossAccountRegionPolicyScope': true,
  '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
  '@aws-cdk/core:checkSecretUsage': true,
}

/**
 * In bytes. CloudFormation accepts a larger template only from a bucket.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const MAX_BODY = 51_200

/**
 * @param description - The stack's description, up to 1,024 bytes.
 * @throws {Error} If features exclude each other, or if the package was not built.
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
      // CDK's validation takes most of the time. Our tests run it for each feature instead.
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

/** Shortens the template only if it would otherwise exceed CloudFormation's limit. */
function textOf(template: unknown): string {
  const texts = [`${JSON.stringify(template, null, 1)}\n`, JSON.stringify(template)]
  const fits = texts.find((text) => Buffer.byteLength(text) <= MAX_BODY)
  return fits ?? JSON.stringify(template, shortened)
}

/** Replaces `Fn::Join` with `Fn::Sub`, which is shorter, if it joins only texts and references. */
function shortened(_name: string, value: unknown): unknown {
  const { 'Fn::Join': join } = Object(value)
  if (!Array.isArray(join) || join[0] !== '' || !Array.isArray(join[1])) return value
  const parts = join[1].map((part: unknown) => {
    if (typeof part === 'string') return part.replaceAll('${', '${!')
    const { Ref: ref, 'Fn::GetAtt': attribute } = Object(part)
    return ref ?? attribute?.join('.')
  })
  if (parts.includes(undefined)) return value
  const text = parts.map((part, at) => (typeof join[1][at] === 'string' ? part : `\${${part}}`))
  return { 'Fn::Sub': text.join('') }
}
