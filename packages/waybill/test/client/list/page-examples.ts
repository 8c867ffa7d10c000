/**
 * The examples of `docs/reference/list.md` as they stand there, to be run. They have no types in
 * them, so that a browser runs them too.
 *
 * @module
 */

/** @returns The blocks of code of a page. */
function examplesOf(page: string): readonly string[] {
  return [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
}

interface Made {
  readonly options: { readonly prepare: (file: File, signal: AbortSignal) => Promise<Blob> }
}

/**
 * Runs the example of a page in which `wanted` occurs.
 *
 * @param more - Its functions that are wanted, too.
 * @returns The `prepare` of its list.
 */
export async function prepareOf(page: string, wanted: string, more = '') {
  const code = examplesOf(page).find((example) => example.includes(wanted)) ?? ''
  const run = code.replace(/^import .*$/gm, '').replace('(stored: Blob)', '(stored)')
  const made = `${run}\nreturn { options: list${more === '' ? '' : `, ${more}`} }`
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor
  const example = new AsyncFunction('createUploader', 'createUploadList', made)
  const result: Made & Record<string, unknown> = await example(
    () => undefined,
    (_: unknown, options: unknown) => options,
  )
  return result
}
