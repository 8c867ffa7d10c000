/**
 * The English texts that every page loads: those of the empty element, of form validation, and of
 * files until the list has loaded.
 *
 * @module
 */

/** A text, or one text for each plural form of the language. */
export type Phrase =
  | string
  | (Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string })

export const FIRST_WORDS = {
  // The drop zone
  promptOne: 'Choose a file or drop it here',
  promptMany: 'Choose files or drop them here',
  promptOneTouch: 'Choose a file',
  promptManyTouch: 'Choose files',
  drop: 'Drop to add',
  dropUnwanted: 'Wrong file type',
  busy: 'One moment…',
  hintTypes: 'Accepted: {types}',
  hintSize: 'up to {size} each',
  hintSizeOne: 'up to {size}',
  hintFiles: { one: 'up to {n} file', other: 'up to {n} files' },
  required: 'required',
  camera: 'Take a photo',
  folder: 'Choose a folder',
  kindAny: 'any file',
  kindImage: 'images',
  kindVideo: 'videos',
  kindAudio: 'audio',
  kindText: 'text',
  // Until the list has loaded
  offline: 'Offline. Resumes automatically.',
  failed: 'Not uploaded',
  misconfigured: 'Website problem. Please tell its owner.',
  outdated:
    'This page is out of date. Reload it, then choose again any files that were not uploaded.',
  // Form validation
  missing: 'Choose a file.',
  sending: { one: 'Still sending {n} file.', other: 'Still sending {n} files.' },
  broken: {
    one: '{n} file was not uploaded. Try again or remove it.',
    other: '{n} files were not uploaded. Try again or remove them.',
  },
} as const satisfies Readonly<Record<string, Phrase>>
