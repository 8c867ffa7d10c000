/**
 * The typefaces of the pictures, so that text looks the same on every machine. They are dev
 * dependencies and are in no package. Text in other scripts uses the system's typefaces.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const FILES = [
  { family: 'Inter', file: '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2' },
  {
    family: 'Noto Sans Arabic',
    file: '@fontsource-variable/noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2',
  },
  {
    // The first choice of our style sheets, which this Chromium does not map to a typeface.
    family: 'ui-monospace',
    file: '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
  },
]

/** For the CSS property `font-family`. */
export const TEXT_FACE = "Inter, 'Noto Sans Arabic', system-ui, sans-serif"

/** Returns `@font-face` rules that contain the typefaces. */
export async function faceRules(): Promise<string> {
  const rules = FILES.map(async ({ family, file }) => {
    const bytes = await readFile(fileURLToPath(import.meta.resolve(file)))
    const url = `data:font/woff2;base64,${bytes.toString('base64')}`
    return `@font-face { font-family: '${family}'; font-weight: 100 900; src: url(${url}) }`
  })
  return (await Promise.all(rules)).join('\n')
}
