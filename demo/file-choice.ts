/**
 * The two ways to choose files: the input (keyboards, screen readers, phones) and a drop anywhere on the page.
 *
 * @module
 */

/** What is dropped in Chromium is a handle: after a reload its upload goes on without choosing the file again. */
export type ChosenFile = File | FileSystemFileHandle

export interface FileChoice {
  readonly files: readonly ChosenFile[]
  /** Names of the folders among what was dropped: there is nothing to send of them. */
  readonly folders: readonly string[]
}

/** @param zone - Gets the class `hovered` while files are held over the page. */
export function onFileChoice(
  input: HTMLInputElement,
  zone: HTMLElement,
  take: (choice: FileChoice) => void,
): void {
  input.addEventListener('change', () => {
    take({ files: [...(input.files ?? [])], folders: [] })
    // So that choosing the same file again is a change again.
    input.value = ''
  })
  const hover = (event: DragEvent, hovered: boolean) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    zone.classList.toggle('hovered', hovered)
  }
  document.addEventListener('dragover', (event) => hover(event, true))
  document.addEventListener('dragleave', (event) => {
    // Between two elements of the page it is still held over the page.
    if (event.relatedTarget === null) hover(event, false)
  })
  document.addEventListener('drop', (event) => {
    hover(event, false)
    if (event.dataTransfer?.types.includes('Files')) void openDropped(event.dataTransfer).then(take)
  })
}

/** The items must all be asked before the first answer is waited for: after the event there are none. */
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

/** Chromium's part of the File System API, which TypeScript's DOM library does not have. */
interface HandleItem extends DataTransferItem {
  getAsFileSystemHandle(): Promise<FileSystemHandle | null>
}

async function handleOf(item: DataTransferItem): Promise<FileSystemFileHandle | undefined> {
  if (!givesHandles(item)) return undefined
  // A file that a script has made is nowhere on disk and has none.
  const handle = await item.getAsFileSystemHandle().catch(() => null)
  return handle instanceof FileSystemFileHandle ? handle : undefined
}

function givesHandles(item: DataTransferItem): item is HandleItem {
  return 'getAsFileSystemHandle' in item
}
