/**
 * The photographs in the pictures, as `data:` URLs. `photos/README.md` names their sources.
 *
 * @module
 */

import { readFileSync } from 'node:fs'

export type Photos = Readonly<Record<'coffee' | 'palace' | 'rocket', string>>

export const PHOTOS: Photos = {
  coffee: dataUrl('coffee'),
  palace: dataUrl('palace'),
  rocket: dataUrl('rocket'),
}

export function readPhoto(name: keyof Photos): Buffer {
  return readFileSync(new URL(`photos/${name}.jpg`, import.meta.url))
}

function dataUrl(name: keyof Photos): string {
  return `data:image/jpeg;base64,${readPhoto(name).toString('base64')}`
}
