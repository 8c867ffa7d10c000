/**
 * The files of a drop or of the clipboard, with those of folders.
 *
 * A browser shows what was dropped only while the event is handled, so everything is asked for at
 * once; folders are read afterwards, by a chunk of its own.
 *
 * @module
 */

/**
 * Takes the files out of a drop or the clipboard, and all files of dropped folders, whose
 * `webkitRelativePath` is set as an input for folders sets it. An unreadable file is reported
 * (`reportError`) and left out.
 *
 * Call it before anything is awaited: the browser forgets what was dropped when the event is over.
 *
 * @returns The files in the order in which they were dropped; empty for a text or a link.
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
  return (await import('./folder-files.ts')).filesOfAll(found)
}
