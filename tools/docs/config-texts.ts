import { parse as parseHcl } from '@cdktn/hcl2json'
import { parseDocument } from 'yaml'

export interface ConfigText {
  readonly language: string
  readonly line: number
  readonly value: unknown
}

export interface RefusedText {
  readonly line: number
  readonly reason: string
}

const BLOCK = /^( *)```(json|yaml|hcl)\n([\s\S]*?)^\1```/gm

export async function configTexts(page: string): Promise<readonly (ConfigText | RefusedText)[]> {
  const blocks = Array.from(page.matchAll(BLOCK), async (found) => {
    const [, indent = '', language = '', body = ''] = found
    const line = page.slice(0, found.index).split('\n').length
    const text = body.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
    try {
      return { language, line, value: await parse(language, text) }
    } catch (error) {
      return { line, reason: error instanceof Error ? error.message : String(error) }
    }
  })
  return Promise.all(blocks)
}

function parse(language: string, text: string): unknown {
  if (language === 'json') return JSON.parse(text)
  return language === 'hcl' ? parseHcl('page.tf', text) : parseYaml(text)
}

/** CloudFormation's own tags, such as `!Ref`, are replaced by the text after them. */
function parseYaml(text: string): unknown {
  const document = parseDocument(text)
  const [problem] = [
    ...document.errors,
    ...document.warnings.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED'),
  ]
  if (problem) throw problem
  return document.toJS()
}
