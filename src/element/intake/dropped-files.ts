/**
 * The files of a drop, those in dropped folders too.
 *
 * @see https://wicg.github.io/entries-api/
 * @module
 */

/** What systems put into folders beside the files of a person. */
const LITTER = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini'])

/**
 * Lists the files that were dropped. Call it while the event is handled: afterwards there is nothing
 * to be had of it.
 *
 * @param transfer - Of the event.
 * @param withFolders - Whether the files in folders count; else folders are left out.
 * @returns Files in the order of their folders, without what systems keep there (`.DS_Store`). What
 *   cannot be read is left out.
 */
export function droppedFiles(
  transfer: DataTransfer,
  withFolders: boolean,
): readonly File[] | Promise<readonly File[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file')
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? undefined)
  const isFlat = entries.every((entry) => !entry?.isDirectory)
  // `files` has folders too, as files of some 4 KB that nobody can read.
  const files = items.map((item, index) =>
    entries[index]?.isDirectory ? undefined : (item.getAsFile() ?? undefined),
  )
  if (isFlat || !withFolders) return files.filter((file) => file !== undefined)
  const found = entries.map(async (entry, index) => {
    const file = files[index]
    if (file) return [file]
    return entry ? filesOf(entry) : []
  })
  return Promise.all(found).then((lists) => lists.flat())
}

async function filesOf(entry: FileSystemEntry): Promise<readonly File[]> {
  try {
    if (isFile(entry)) {
      if (LITTER.has(entry.name)) return []
      return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))]
    }
    if (!isDirectory(entry)) return []
    const files: File[] = []
    // One after the other: a folder may hold thousands.
    for (const child of await childrenOf(entry)) files.push(...(await filesOf(child)))
    return files
  } catch {
    return [] // gone, or not to be read
  }
}

/** A reader gives a hundred at most, and nothing when it has given all. */
async function childrenOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) return all
    all.push(...some)
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
