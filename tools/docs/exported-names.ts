export interface ExportedName {
  readonly name: string
  readonly isType: boolean
  readonly from: string
}

const LIST = /^export (type )?\{([^}]*)\}/gm
const DECLARED =
  /^export (?:async )?(?:abstract )?(function|class|const|interface|type) ([A-Za-z_$][\w$]*)/gm

/** @param from - The module to import the names from. */
export function exportedNames(text: string, from: string): readonly ExportedName[] {
  const listed = [...text.matchAll(LIST)].flatMap(([, allTypes, list = '']) =>
    list
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .map((item) => ({
        name: item.replace(/^type /, '').replace(/^.* as /, ''),
        isType: allTypes !== undefined || item.startsWith('type '),
        from,
      })),
  )
  const declared = [...text.matchAll(DECLARED)].map(([, kind, name = '']) => ({
    name,
    isType: kind === 'interface' || kind === 'type',
    from,
  }))
  return [...listed, ...declared]
}

const WORD = /(?<![.\w$'])[A-Za-z_$][\w$]*/g

/**
 * Writes imports for the names that the code uses but neither imports nor declares. If two modules
 * export the same name, the first one is used.
 *
 * @returns One line, without a line break.
 */
export function missingImports(code: string, names: readonly ExportedName[]): string {
  const words = new Set(code.replace(/\/\/.*$/gm, '').match(WORD))
  return [...words]
    .filter((word) => !isDeclared(word, code))
    .flatMap((word) => names.find(({ name }) => name === word) ?? [])
    .map(({ name, isType, from }) => `import ${isType ? 'type ' : ''}{ ${name} } from '${from}';`)
    .join('')
}

function isDeclared(name: string, code: string): boolean {
  return new RegExp(
    `import [^'"]*\\b${name}\\b[^'"]*from|(?:const|class|function) ${name}\\b`,
  ).test(code)
}
