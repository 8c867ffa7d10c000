/**
 * Finds the paths that a page names, so that a check can hold them against the tree.
 *
 * A path is text between backticks that has a slash (`s3/part-plan.ts`, `packages/waybill-s3/test/*.test.ts`) or is
 * a file at the top (`package.json`), and in a fenced block, which draws the tree, each word that
 * ends in a slash. There a line without indentation says whose folders the next ones are.
 *
 * @module
 */

/** A path as the page has it, and the folders in which it may be. */
export interface NamedPath {
  readonly path: string
  readonly below: readonly string[]
}

const ROOTS = ['', 'packages/waybill/src/']
const SPAN = /`([\w./*-]+)`/g
const LOOKS_LIKE_PATH = /^(?!waybill\/|image\/|\/)[\w.*-]*[\w*]\/|^[\w.-]+\.(?:md|json)$/
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
    if (!line.startsWith(' ') && folders[0]) parent = folders[0]
    return folders.map((path) => ({
      path,
      below: [...ROOTS, parent, `packages/waybill/src/${parent}`],
    }))
  })
}
