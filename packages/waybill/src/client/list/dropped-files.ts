/**
 * Browsers expose dropped items only while the event is being handled. All items are therefore
 * collected immediately, and folders are read afterwards.
 *
 * @module
 */

/**
 * Returns the files from a drop or a paste, including those in dropped folders. Files from folders
 * get a `webkitRelativePath`, as from a folder input. Files that cannot be read are reported with
 * `reportError` and skipped.
 *
 * Call it before you await anything, because the browser discards the items when the event is over.
 *
 * @returns The files in the order they were dropped. Empty for dropped text or links.
 * @example
 * ```ts
 * zone.addEventListener('drop', async (event) => {
 *   event.preventDefault()
 *   const { dataTransfer } = event
 *   if (dataTransfer) list.add(await filesOf(dataTransfer))
 * })
 * ```
 */
export async function filesOf(transfer: DataTransfer): Promise<readonly File[]> {
  const found = [...transfer.items].map((item) => {
    const entry = item.webkitGetAsEntry()
    return entry?.isDirectory ? entry : item.getAsFile()
  })
  const files = found.filter((one) => one instanceof File)
  if (files.length === found.length) return files
  return filesOfAll(found)
}

const LITTER = /^(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/

/** Whether the operating system created the file, such as `.DS_Store`. */
export function isSystemFile({ name }: { readonly name: string }): boolean {
  return LITTER.test(name)
}

/** Browsers return at most 100 entries at a time. */
type Entries = readonly FileSystemEntry[]

async function filesOfAll(
  found: readonly (File | FileSystemEntry | null)[],
): Promise<readonly File[]> {
  const files = found.map((one) => (one instanceof File ? [one] : one ? filesBelow(one) : []))
  return (await Promise.all(files)).flat()
}

async function filesBelow(entry: FileSystemEntry): Promise<readonly File[]> {
  try {
    if (isFile(entry)) {
      if (isSystemFile(entry)) return []
      const file = await new Promise<File>(entry.file.bind(entry))
      // Set the path as a folder input does, because browsers leave it empty after a drop.
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
