/**
 * Finds comments and messages that are hard to read: lines that are too long, words that the house
 * does not use, and exports without a docstring.
 *
 * @module
 */

/** A problem of a source file. */
export interface EnglishProblem {
  /** From 1. */
  readonly line: number
  readonly problem: string
}

const MAX_COLUMNS = 100

/** A comment line, or a line with a comment at its end. */
const COMMENT = /^\s*(?:\/\*|\*|\/\/)|\s\/\/\s/
/** A link cannot be wrapped. */
const ONLY_LINK = /^\s*(?:\*|\/\/) https?:\S+$/
const EXPORT =
  /^export (?:async )?(?:abstract )?(?:function\*?|class|interface|type|const|let) (\w+)/

/** Words that the house does not use in comments and messages, and what to write instead. */
const WORDS: readonly (readonly [found: RegExp, instead: string])[] = [
  [
    // In quotes it is a value: `viewers: 'everybody'`.
    /(?<!')\b(?:nobody|somebody|whoever|anybody|everybody)\b/i,
    'name the client, the caller, the user, …',
  ],
  [/\bthat cannot be\b/i, "write 'is not valid'"],
  [/(?<!\bthere )\bis no (?!longer\b|error\b)\w/i, "write 'is not a …'"],
  [/\bspelt\b/i, "write 'written'"],
  [/@returns.*\banswers?\b/i, "write 'returns' or 'response'"],
  [/\bfunction that answers\b/i, "write 'returns'"],
]

/** Finds the problems of one source file. */
export function englishProblems(source: string): EnglishProblem[] {
  const lines = source.split('\n')
  /** Of a function with several signatures, the first has the docstring. */
  const exported = new Set<string>()
  return lines.flatMap((text, index) => {
    const problems = wordProblems(text)
    const name = EXPORT.exec(text)?.[1]
    if (name !== undefined && !exported.has(name)) {
      exported.add(name)
      if (!lines[index - 1]?.endsWith('*/')) problems.push(`${name} has no docstring`)
    }
    return problems.map((problem) => ({ line: index + 1, problem }))
  })
}

function wordProblems(text: string): string[] {
  const problems: string[] = []
  if (text.length > MAX_COLUMNS && COMMENT.test(text) && !ONLY_LINK.test(text)) {
    problems.push(`a comment of ${text.length} columns, at most ${MAX_COLUMNS}`)
  }
  for (const [pattern, instead] of WORDS) {
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) problems.push(`'${found}': ${instead}`)
  }
  return problems
}
