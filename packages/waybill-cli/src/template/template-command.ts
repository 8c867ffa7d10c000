/**
 * Writes `WaybillUploads` as a CloudFormation template, with a zip file of its functions, for users
 * of tools other than CDK.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandFailure, messageOf, usageFailure } from '@waybill/command-line/command-failure'
import type { Command, OptionValues } from '@waybill/command-line/command-line'
import { hang } from '@waybill/command-line/fit-text'
import { checkUsable, makeDirectory } from '@waybill/command-line/own-directory'
import { versionIn } from '@waybill/command-line/run-program'
import type { Terminal } from '@waybill/command-line/terminal'
import type { MadeTemplate, TemplateFeatures } from 'waybill-aws/internal/template'
import {
  commandLineOf,
  featuresOf,
  loadTemplates,
  TEMPLATE_OPTIONS,
  TEMPLATE_SECTIONS,
} from './template-options.ts'

const DEFAULT_FOLDER = 'waybill-template'
const TEMPLATE_NAME = 'template.json'
/** Like `mkdir`: the user's umask decides who can read the template. */
const ANY_USER = 0o777

export const templateCommand: Command = {
  name: 'waybill template',
  about: 'write a CloudFormation template and the zip of its functions',
  examples: [
    ['what your rules need', 'npx waybill template --rules rules.json'],
    ['with CloudFront in front of the signer', 'npx waybill template --rules rules.json --front'],
  ],
  docs: 'docs/reference/cli.md#waybill-template',
  options: TEMPLATE_OPTIONS,
  sections: TEMPLATE_SECTIONS,
  run: runTemplate,
}

async function runTemplate(
  values: OptionValues,
  terminal: Terminal,
  packageJson: URL,
): Promise<number> {
  const folder = values.out ?? DEFAULT_FOLDER
  const features = await featuresOf(values)
  const { text, warnings, code } = await make(
    features,
    `Waybill ${await versionIn(packageJson)}: uploads from browsers directly to S3. Written by: ${commandLineOf(features)}`,
  )
  makeFolder(folder)
  await writeFile(join(folder, TEMPLATE_NAME), text)
  await writeFile(join(folder, code.name), code.bytes)
  for (const warning of warnings) terminal.complain(warning)
  terminal.say(`  Template    ${join(folder, TEMPLATE_NAME)}, ${Buffer.byteLength(text)} bytes`)
  terminal.say(`  Functions   ${join(folder, code.name)}, ${code.bytes.length} bytes`)
  const { required, others } = parametersOf(text)
  terminal.say(hang('  Parameters  ', required.join(', '), terminal.columns))
  terminal.say(hang('              with defaults: ', others.join(', '), terminal.columns))
  return 0
}

function makeFolder(folder: string): void {
  try {
    makeDirectory(folder, ANY_USER)
    checkUsable(folder)
  } catch (cause) {
    throw new CommandFailure(
      `cannot use the directory ${folder}: ${messageOf(cause)}. Choose another with --out`,
      { cause },
    )
  }
}

async function make(features: TemplateFeatures, description: string): Promise<MadeTemplate> {
  const { makeTemplate } = await loadTemplates()
  try {
    return await makeTemplate(features, description)
  } catch (error) {
    throw usageFailure(messageOf(error))
  }
}

function parametersOf(text: string) {
  const { Parameters: parameters }: { Parameters: Record<string, object> } = JSON.parse(text)
  const names = Object.entries(parameters)
  const hasDefault = (parameter: object) => 'Default' in parameter
  return {
    required: names.filter(([, each]) => !hasDefault(each)).map(([name]) => name),
    others: names.filter(([, each]) => hasDefault(each)).map(([name]) => name),
  }
}
