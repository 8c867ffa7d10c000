import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { builtLambdas } from '../../../../../tools/build/built-packages.ts'
import { configTexts } from '../../../../../tools/docs/config-texts.ts'
import { makeTemplate } from '../../../src/cdk/template/make-template.ts'
import { USUAL_FEATURES } from '../../../src/cdk/template/template-features.ts'

const PAGE = readFileSync(
  new URL('../../../../../docs/operate/template.md', import.meta.url),
  'utf8',
)

let parameters: Readonly<Record<string, { Default?: string; AllowedPattern?: string }>>
let outputs: readonly string[]

beforeAll(async () => {
  await builtLambdas()
  const { text } = await makeTemplate({ ...USUAL_FEATURES, read: true }, 'a test')
  const template = JSON.parse(text)
  parameters = template.Parameters
  outputs = Object.keys(template.Outputs)
})

/** The first object in a value, however deep, that has these parameters. */
function parametersIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if ('CodeBucket' in value && 'AllowedOrigins' in value) return { ...value }
  for (const each of Object.values(value)) {
    const found = parametersIn(each)
    if (found) return found
  }
  return undefined
}

async function given(language: string): Promise<Readonly<Record<string, unknown>>> {
  for (const block of await configTexts(PAGE)) {
    if ('reason' in block || block.language !== language) continue
    const { value } = block
    const pairs = Array.isArray(value) ? value.map((pair) => String(pair).split(/=(.*)/s)) : []
    const found = pairs.length > 0 ? Object.fromEntries(pairs) : parametersIn(value)
    if (found) return found
  }
  throw new Error(`the page gives no parameters in ${language}`)
}

describe('docs/operate/template.md', () => {
  it.each(['json', 'yaml', 'hcl'])('includes all required values, in %s', async (language) => {
    const values = await given(language)
    for (const [name, { Default: byDefault }] of Object.entries(parameters)) {
      if (byDefault === undefined) expect(Object.keys(values)).toContain(name)
    }
    for (const [name, value] of Object.entries(values)) {
      expect(Object.keys(parameters)).toContain(name)
      // The other tools' expressions are not values yet.
      if (String(value).startsWith('${') || (language === 'yaml' && name === 'CodeBucket')) continue
      for (const each of name === 'AllowedOrigins' ? String(value).split(',') : [String(value)]) {
        expect(each).toMatch(new RegExp(parameters[name]?.AllowedPattern ?? ''))
      }
    }
  })

  it('includes all required values, for SST', () => {
    const [, text = ''] = /^ {6}parameters: \{\n([\s\S]*?)^ {6}\},$/m.exec(PAGE) ?? []
    const names = Array.from(text.matchAll(/^ {8}(\w+):/gm), ([, name]) => name)
    const required = Object.keys(parameters).filter(
      (name) => !('Default' in Object(parameters[name])),
    )
    expect(names.toSorted()).toEqual(required.toSorted())
  })

  it('names outputs that exist', () => {
    const table = PAGE.slice(PAGE.indexOf('## What comes out'), PAGE.indexOf('## Upgrading'))
    const named = Array.from(table.matchAll(/^\| (.+?) \|/gm), ([, cell = '']) =>
      Array.from(cell.matchAll(/`(\w+)`/g), ([, name]) => name),
    ).flat()
    expect(named.toSorted()).toEqual([...outputs, 'DeliveryUrl'].toSorted())
  })
})
