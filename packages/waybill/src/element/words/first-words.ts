/**
 * The English words that are always there: what is said before there is a file, and what a form is
 * told.
 *
 * @module
 */

/** A sentence, or one for each plural form that the language has. */
export type Phrase =
  | string
  | (Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string })

/** English words of the drop zone and of the form. */
export const FIRST_WORDS = {
  // The drop zone
  promptOne: 'Choose a file or drop it here',
  promptMany: 'Choose files or drop them here',
  drop: 'Drop to add',
  busy: 'One moment…',
  hintTypes: 'Accepted: {types}',
  hintSize: 'up to {size} each',
  hintSizeOne: 'up to {size}',
  hintFiles: { one: 'at most {n} file', other: 'at most {n} files' },
  required: 'required',
  camera: 'Take a photo',
  folder: 'Choose a folder',
  kindAny: 'any file',
  kindImage: 'images',
  kindVideo: 'videos',
  kindAudio: 'audio',
  kindText: 'text',
  // Why a form cannot be sent yet
  missing: 'Choose a file.',
  sending: { one: 'Still sending {n} file.', other: 'Still sending {n} files.' },
  broken: {
    one: '{n} file was not uploaded. Try again or remove it.',
    other: '{n} files were not uploaded. Try again or remove them.',
  },
} as const satisfies Readonly<Record<string, Phrase>>
