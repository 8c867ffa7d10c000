/**
 * Finds the paths that a page names, so that a check can hold them against the tree.
 *
 * A path is text between backticks that has a slash (`signer/rules/`, `test/faults/*.test.ts`) or is
 * a file at the top (`package.json`), and in a fenced block, which draws the tree, each word that
 * ends in a slash. There a line that is indented by less than four spaces says whose folders the next
 * ones are.
 *
 * @module
 */

import { PACKAGES } from '../build/built-packages.ts'

/** A path as the page has it, and the folders in which it may be. */
export interface NamedPath {
  readonly path: string
  readonly below: readonly string[]
}

const SOURCES = [...PACKAGES, 'command-line'].map((name) => `packages/${name}/src/`)
const ROOTS = ['', 'packages/', ...SOURCES]
const SPAN = /`([\w./*-]+)`/g
const LOOKS_LIKE_PATH =
  /^(?!waybill\/|waybill-aws\/|image\/|\/)[\w.*-]*[\w*]\/|^[\w.-]+\.(?:md|json)$/
const FOLDER = /(?<![\w/.-])(?:[\w-]+\/)+(?![\w*])/g

/** Lists the paths that a page names, in its order. */
export function namedPaths(page: string): readonly NamedPath[] {
  const fences = /^```[\s\S]*?^```/gm
  const spans = [...page.replace(fences, '').matchAll(SPAN)]
    .map(([, path = '']) => ({ path, below: ROOTS }))
    .filter(({ path }) => LOOKS_LIKE_PATH.test(path))
  return [...spans, ...(page.match(fences) ?? []).flatMap(treePaths)]
}

function treePaths(fence: string): NamedPath[] {
  let parent = ''
  return fence.split('\n').flatMap((line) => {
    const folders = line.match(FOLDER) ?? []
    if (!line.startsWith('    ') && folders[0]) parent = folders[0]
    return folders.map((path) => ({ path, below: ROOTS.flatMap((root) => [root, root + parent]) }))
  })
}
