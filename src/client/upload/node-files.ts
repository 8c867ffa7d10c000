/**
 * Files by path, in Node (also Bun and Deno). Loaded only when a path is given. The modules come
 * from the running process, without the scheme, so that no bundler for browsers follows or refuses
 * them.
 *
 * @module
 */

/** @returns A `File` that is read from disk slice by slice. */
export async function openFile(path: string): Promise<File> {
  const fs = builtin('fs')
  const stats = await fs.promises.stat(path)
  if (!stats.isFile()) throw new TypeError(`${path} is not a file`)
  const blob = await fs.openAsBlob(path)
  const name = builtin('path').basename(path)
  return new File([blob], name, { lastModified: Math.trunc(stats.mtimeMs) })
}

type Builtins = { fs: typeof import('node:fs'); path: typeof import('node:path') }

/** @throws {TypeError} Where there is no file system. */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  const found = globalThis.process?.getBuiltinModule?.(name)
  if (!found) throw new TypeError('paths need Node: give a File or Blob here')
  return found
}
