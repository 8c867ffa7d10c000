/**
 * Checks the install commands in pages. Until the packages are released, a command must install all
 * of a clone's archives together. Package managers look up names in a registry, where an unreleased
 * name may belong to someone else.
 *
 * @module
 */

import { PACKAGES } from '../build/built-packages.ts'
import { INSTALL } from '../pack.ts'

const PROGRAMS: readonly string[] = ['strict-s3', 'waybill']

/** Matches `npm install …` and similar commands, up to the end of the line or inline code. */
const INSTALLS =
  /\b(?:npm|pnpm|yarn|bun|deno)(?: -\S+)* (?:install|i|add|update|exec|create|dlx|x)\b[^`\n]*/g
const RUNS = /\b(?:npx|bunx) [^`\n]*/g
/** Matches a package that is loaded from a registry without an install command. */
const LOADS =
  /(?:\bnpm:|(?:unpkg\.com|esm\.sh|cdn\.jsdelivr\.net\/npm|cdn\.skypack\.dev)\/)([@\w-]+(?:\/[\w-]+)?)/g
/** Matches a line in a code block that starts one of our programs. */
const STARTS = new RegExp(`^ *(?:\\$ )?npx (?:--no )?(?:${PROGRAMS.join('|')})(?= |$)`, 'm')

/**
 * Finds commands that would look up an unreleased package in a registry.
 *
 * @param page - The page's text. If it runs one of the programs, it must contain `INSTALL` or link
 *   to a heading *Install*.
 * @returns One sentence for each problem, to be printed after the page's name.
 */
export function installProblems(page: string): string[] {
  const problems = [...page.matchAll(INSTALLS)].flatMap(([found]) => {
    const command = found.replace(/\s+#.*/, '').trim()
    return command !== INSTALL && command.split(/[\s"']+/).some(isOurs) ? [refusal(command)] : []
  })
  for (const [found] of page.matchAll(RUNS)) {
    const [, ...words] = found.trim().split(/[\s"']+/)
    // With `--no`, npx runs the installed program or fails.
    if (words[0] === '--no') words.shift()
    const [program = ''] = words
    if (!PROGRAMS.includes(program) && isOurs(words.find((word) => !word.startsWith('-')) ?? ''))
      problems.push(refusal(found.trim()))
  }
  for (const [found, name = ''] of page.replace(INSTALLS, '').matchAll(LOADS))
    if (isOurs(name)) problems.push(refusal(found))
  const [captured] = /\$\(npx (?!--no )[^)]*\)/.exec(page) ?? []
  if (captured)
    problems.push(
      `says '${captured}': where a registry's program could answer, write 'npx --no', which installs nothing`,
    )
  const blocks = page.match(/^( *)```[\s\S]*?^\1```/gm) ?? []
  const [started] = blocks.flatMap((block) => STARTS.exec(block) ?? [])
  if (started && !page.includes(INSTALL) && !page.includes('#install)'))
    problems.push(`runs '${started.trim()}', and neither says '${INSTALL}' nor links to '#install'`)
  return problems
}

/** Checks whether a word in a command is one of our packages, by name or as an archive. */
function isOurs(word: string): boolean {
  const [name] = word.replace(/^npm:/, '').split(/(?<=.)@/)
  return (
    PACKAGES.some((ours) => ours === name?.split('/')[0]) ||
    name?.startsWith('@waybill/') === true ||
    /(?:waybill|strict-s3)[^/]*\.tgz|packs\//.test(word)
  )
}

function refusal(command: string): string {
  return `says '${command}': until the packages are released, the one command is '${INSTALL}'`
}
