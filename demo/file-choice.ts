/**
 * Two ways to choose files: the input (keyboard, screen reader, phone), and a drop anywhere on the
 * page.
 *
 * @module
 */

/**
 * A chosen file. In Chromium a dropped file is a handle, so its upload can be resumed after a
 * reload without choosing it again.
 */
export type ChosenFile = File | FileSystemFileHandle

/** The chosen files. */
export interface FileChoice {
  readonly files: readonly ChosenFile[]
  /** Names of dropped folders, which cannot be sent. */
  readonly folders: readonly string[]
}

/**
 * Calls `take` for chosen and dropped files. `zone` has the class `hovered` while files are dragged
 * over the page.
 */
export function onFileChoice(
  input: HTMLInputElement,
  zone: HTMLElement,
  take: (choice: FileChoice) => void,
): void {
  input.addEventListener('change', () => {
    take({ files: [...(input.files ?? [])], folders: [] })
    // Cleared, so that choosing the same file again fires `change`.
    input.value = ''
  })
  const hover = (event: DragEvent, hovered: boolean) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    zone.classList.toggle('hovered', hovered)
  }
  document.addEventListener('dragover', (event) => hover(event, true))
  document.addEventListener('dragleave', (event) => {
    // Moving between elements of the page does not leave the page.
    if (event.relatedTarget === null) hover(event, false)
  })
  document.addEventListener('drop', (event) => {
    hover(event, false)
    if (event.dataTransfer?.types.includes('Files')) void openDropped(event.dataTransfer).then(take)
  })
}

/**
 * Opens dropped items. All are read before the first `await`, because they are gone after the
 * event.
 */
async function openDropped({ items }: DataTransfer): Promise<FileChoice> {
  const files: ChosenFile[] = []
  const folders: string[] = []
  const opened = [...items].map(async (item) => {
    const file = item.getAsFile()
    const isFolder = item.webkitGetAsEntry()?.isDirectory
    const handle = await handleOf(item)
    if (file && isFolder) folders.push(file.name)
    else if (file) files.push(handle ?? file)
  })
  await Promise.all(opened)
  return { files, folders }
}

/** A part of Chromium's File System API that TypeScript's DOM library lacks. */
interface HandleItem extends DataTransferItem {
  getAsFileSystemHandle(): Promise<FileSystemHandle | null>
}

async function handleOf(item: DataTransferItem): Promise<FileSystemFileHandle | undefined> {
  if (!givesHandles(item)) return undefined
  // A file that a script has made is not on the disk and has no handle.
  const handle = await item.getAsFileSystemHandle().catch(() => null)
  return handle instanceof FileSystemFileHandle ? handle : undefined
}

function givesHandles(item: DataTransferItem): item is HandleItem {
  return 'getAsFileSystemHandle' in item
}
