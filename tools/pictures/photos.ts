/**
 * The photographs in the pictures, as `data:` URLs. `photos/README.md` names their sources.
 *
 * @module
 */

import { readFileSync } from 'node:fs'

export const PHOTOS = {
  coffee: dataUrl('coffee'),
  palace: dataUrl('palace'),
  rocket: dataUrl('rocket'),
}

export type Photos = typeof PHOTOS

function dataUrl(name: string): string {
  const bytes = readFileSync(new URL(`photos/${name}.jpg`, import.meta.url))
  return `data:image/jpeg;base64,${bytes.toString('base64')}`
}
