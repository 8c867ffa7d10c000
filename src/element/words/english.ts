/**
 * What the element says, in English: the words that are always there, and the list of what another
 * language has to say.
 *
 * `{n}` decides the plural form. What else stands in braces is put in: names, sizes, times. A page
 * replaces any of them by the property `words`.
 *
 * @module
 */

/** A sentence, or one for each plural form that the language has. */
export type Phrase =
  | string
  | (Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string })

/** English. */
export const ENGLISH = {
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
  // Rows
  files: 'Files',
  progressOf: 'Progress of {name}',
  progressOfAll: 'Progress of all files',
  amount: '{sent} of {size}',
  left: '{time} left',
  ready: 'Ready',
  preparing: 'Preparing',
  queued: 'In line',
  hashing: 'Checking',
  uploading: 'Uploading',
  offline: 'Offline. Goes on by itself.',
  away: 'No answer. Trying again…',
  awayUntil: 'No answer. Next try in {time}',
  paused: 'Paused',
  completing: 'Finishing',
  done: 'Uploaded',
  failed: 'Not uploaded',
  aborted: 'Stopped',
  removed: 'Removed',
  // Buttons; with a name for those who do not see the row
  start: 'Upload',
  startName: 'Upload {name}',
  startAll: 'Upload all',
  pause: 'Pause',
  pauseName: 'Pause {name}',
  pauseAll: 'Pause all',
  resume: 'Resume',
  resumeName: 'Resume {name}',
  resumeAll: 'Resume all',
  retry: 'Try again',
  retryName: 'Try {name} again',
  remove: 'Remove',
  removeName: 'Remove {name}',
  undo: 'Undo',
  undoName: 'Undo: keep {name}',
  // All files together
  total: { one: '{done} of {n} file uploaded', other: '{done} of {n} files uploaded' },
  totalFailed: { one: '{n} not uploaded', other: '{n} not uploaded' },
  // What a reload interrupted
  interrupted: 'Interrupted uploads',
  interruptedRow: '{percent} uploaded {ago}',
  interruptedNew: 'Nothing uploaded yet, begun {ago}',
  choose: 'Choose file…',
  chooseName: 'Choose file {name} again',
  forget: 'Forget',
  forgetName: 'Forget {name}',
  notThisFile: 'This is not the file that was interrupted. Choose {name}.',
  // Announcements
  saidState: '{name}: {state}',
  saidProgress: '{name}: {percent}',
  saidDone: '{name} is uploaded',
  saidAllDone: { one: '{n} file uploaded', other: 'All {n} files uploaded' },
  saidFailure: '{name} was not uploaded. {why}',
  saidFailures: { one: '{n} file was not uploaded', other: '{n} files were not uploaded' },
  saidRemoved: '{name} is removed',
  saidKept: '{name} is kept',
  saidAdded: { one: '{n} file added', other: '{n} files added' },
  saidInterrupted: {
    one: '{n} upload was interrupted. Choose its file again to go on.',
    other: '{n} uploads were interrupted. Choose their files again to go on.',
  },
  // Why a form cannot be sent yet
  missing: 'Choose a file.',
  sending: { one: 'Still sending {n} file.', other: 'Still sending {n} files.' },
  broken: {
    one: '{n} file was not uploaded. Try again or remove it.',
    other: '{n} files were not uploaded. Try again or remove them.',
  },
  // Failures, each with what to do
  tooLarge: 'The file is too large. Choose one of at most {allowed}.',
  tooLargeBare: 'The file is too large. Choose a smaller one.',
  tooSmall: 'The file is too small. Choose one of at least {allowed}.',
  tooSmallBare: 'The file is empty or too small. Choose another.',
  wrongType: 'This kind of file is not accepted. Choose one of these: {allowed}.',
  wrongTypeBare: 'This kind of file is not accepted. Choose another.',
  wrongName: 'The name is empty or too long. Rename the file and choose it again.',
  refused: 'This file is not accepted. Choose another.',
  tooMany: {
    one: 'At most {n} file. Remove one first.',
    other: 'At most {n} files. Remove one first.',
  },
  unreadable: 'The file cannot be read: it was moved or changed. Choose it again.',
  unprepared: 'The file could not be prepared. Try again or choose another.',
  signedOut: 'You are not signed in. Sign in, then try again.',
  forbidden: 'You may not upload here.',
  crowded: 'Too many uploads at once. Try again in a minute.',
  expired: 'The upload took too long. Try again.',
  lost: 'The connection was lost. Check it, then try again.',
  unavailable: 'The server does not answer. Try again later.',
  damaged: 'The file did not arrive whole. Try again.',
  exists: 'It is stored there already. Choose another file.',
  stopped: 'It was stopped. Try again.',
  misconfigured: 'This page has a fault that is not your file’s. Tell its owner: {code}.',
} as const satisfies Readonly<Record<string, Phrase>>

/** The name of something that the element says. */
export type WordKey = keyof typeof ENGLISH

/** All that the element says, in one language. */
export type UploadWords = Readonly<Record<WordKey, Phrase>>
