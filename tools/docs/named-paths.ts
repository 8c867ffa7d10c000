/**
 * Finds the paths in a page, so that a check can compare them with the repository.
 *
 * Text between backticks is a path if it contains a slash (`signer/rules/`,
 * `test/faults/*.test.ts`) or is a file in the root folder (`package.json`). Fenced blocks show the
 * directory tree: each word that ends in a slash is a path. If a line is indented by at least four
 * spaces, its folders are inside the last folder that is indented less.
 *
 * @module
 */

import { PACKAGES } from '../build/built-packages.ts'

/** A path as written in the page, and the folders to which it may be relative. */
export interface NamedPath {
  readonly path: string
  readonly below: readonly string[]
}

const SOURCES = [...PACKAGES, 'command-line'].map((name) => `packages/${name}/src/`)
const ROOTS = ['', 'packages/', 'packages/waybill/test/', ...SOURCES]
const SPAN = /`([\w./*-]+)`/g
const LOOKS_LIKE_PATH =
  /^(?!waybill\/|waybill-aws\/|image\/|application\/|\/)[\w.*-]*[\w*]\/|^[\w.-]+\.(?:md|json)$/
const FOLDER = /(?<![\w/.-])(?:[\w-]+\/)+(?![\w*])/g

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
