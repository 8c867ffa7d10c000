/**
 * The two ways to choose files: the input (keyboards, screen readers, phones) and a drop anywhere on the page.
 *
 * @module
 */

export interface FileChoice {
  readonly files: readonly File[]
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
    if (event.dataTransfer?.types.includes('Files')) take(droppedFiles(event.dataTransfer))
  })
}

function droppedFiles({ items }: DataTransfer): FileChoice {
  const files: File[] = []
  const folders: string[] = []
  for (const item of items) {
    const file = item.getAsFile()
    if (!file) continue
    if (item.webkitGetAsEntry()?.isDirectory) folders.push(file.name)
    else files.push(file)
  }
  return { files, folders }
}
