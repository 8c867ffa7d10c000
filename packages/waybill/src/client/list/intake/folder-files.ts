/**
 * Takes all files of a folder that was dropped, with those of the folders in it. Loaded with the
 * first folder.
 *
 * @module
 */

import { isLitter } from './litter.ts'

/** The entries of one read: browsers return at most 100, and the folder must be read again. */
type Entries = readonly FileSystemEntry[]

/**
 * Puts the files of a folder in its place, without what systems keep there (`.DS_Store`). What
 * cannot be read is reported and left out.
 *
 * @param found - What was dropped; `null` for a text or a link.
 */
export async function filesOfAll(
  found: readonly (File | FileSystemEntry | null)[],
): Promise<readonly File[]> {
  const files = found.map((one) => (one instanceof File ? [one] : one ? filesBelow(one) : []))
  return (await Promise.all(files)).flat()
}

async function filesBelow(entry: FileSystemEntry): Promise<readonly File[]> {
  try {
    if (isFile(entry)) {
      if (isLitter(entry)) return []
      const file = await new Promise<File>(entry.file.bind(entry))
      // As with an input that has `webkitdirectory`; browsers leave it empty after a drop.
      return [Object.defineProperty(file, 'webkitRelativePath', { value: entry.fullPath.slice(1) })]
    }
    if (!isFolder(entry)) return []
    const below = await Promise.all((await entriesOf(entry)).map(filesBelow))
    return below.flat()
  } catch (error) {
    reportError(error)
    return []
  }
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<Entries> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<Entries>(reader.readEntries.bind(reader))
    if (some.length === 0) return all
    all.push(...some)
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
