/**
 * Compares a package's third-party notices with its code, independently of the build. Each library
 * is recognized by a string in its code, without or with white space, that minifiers don't change.
 *
 * @module
 */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { librariesIn, NOTICES } from '../build/notices.ts'

const MARKS: Readonly<Record<string, string>> = {
  '@borewit/text-codec': '"iso-8859-1"',
  '@lit/reactive-element': 'elementProperties',
  '@noble/hashes': 'digest() was already called',
  '@rgrove/parse-xml': 'XmlDeclaration',
  '@tokenizer/inflate': 'Expected data-descriptor-signature',
  fflate: 'invalid length/literal',
  'file-type': 'audio/vnd.dolby.dd-raw',
  'hash-wasm': 'update() called before init()',
  'idb-keyval': '"keyval-store"',
  ieee754: 'ieee754. BSD-3-Clause License',
  jose: 'ERR_JOSE_GENERIC',
  'lit-element': 'litElementHydrateSupport',
  'lit-html': 'lit-noChange',
  strtok3: 'length must not exceed the target buffer length',
  'token-types': '{len:1,get(',
  'uint8array-extras': '[object ArrayBuffer]',
}

/**
 * Checks that the notices in a folder list exactly the libraries whose code is in the folder.
 *
 * @returns The libraries with their versions.
 * @throws {Error} If they differ.
 */
export function checkNotices(folder: string): readonly string[] {
  const file = join(folder, NOTICES)
  const libraries = existsSync(file) ? librariesIn(readFileSync(file, 'utf8')) : []
  const named = libraries.map((library) => library.slice(0, library.lastIndexOf('@')))
  const scripts = globSync('**/*.{js,mjs}', { cwd: folder })
  const code = scripts.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
  const both = code + code.replace(/\s+/g, '')
  const held = Object.keys(MARKS).filter((name) => both.includes(MARKS[name] ?? ''))
  const differing = [
    ...named.filter((name) => !held.includes(name)).map((name) => `${name} is not in the code`),
    ...held.filter((name) => !named.includes(name)).map((name) => `${name} is not in the notices`),
  ]
  if (differing.length > 0) {
    throw new Error(
      `${file}: ${differing.join(', ')}; a library that is new or has changed needs another mark in tools/check/notices.ts`,
    )
  }
  return libraries
}
