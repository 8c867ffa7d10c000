/**
 * What the element says, in English. Other languages must have the same keys.
 *
 * `{n}` decides the plural form. Other names in braces are replaced by names, sizes, times. A page
 * replaces any text with the property `words`.
 *
 * @module
 */

import { FIRST_WORDS, type Phrase } from './first-words.ts'

/** English. Loaded with what draws files. */
export const ENGLISH = {
  ...FIRST_WORDS,
  // Rows
  files: 'Files',
  progressOf: 'Progress of {name}',
  progressOfAll: 'Progress of all files',
  amount: '{sent} of {size} sent',
  stored: '{size} stored',
  storedOf: '{stored} of {size} stored',
  again: 'Sending {size} again',
  left: '{time} left',
  ready: 'Ready',
  preparing: 'Preparing',
  queued: 'In line',
  hashing: 'Checking',
  uploading: 'Uploading',
  offline: 'Offline. Goes on by itself.',
  unavailableNow: 'Server unavailable. Your file is fine.',
  unavailableLong:
    'Server unavailable. Your file is fine. If this goes on, tell the owner of this website.',
  away: '{why} Trying again…',
  awayUntil: '{why} Next try in {time}',
  stalled: 'Stalled. Still trying…',
  paused: 'Paused',
  completing: 'Finishing',
  done: 'Uploaded',
  failed: 'Not uploaded',
  aborted: 'Stopped',
  removed: 'Removed',
  // Buttons; with the file's name for screen readers
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
  /** The person quotes it, and the developer searches the logs for it. */
  reference: 'Reference: {id}',
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
  signedOut:
    'Please sign in, then try again. If you are signed in already, something is wrong with this website, not with your file: please tell its owner.',
  forbidden: 'You may not upload here.',
  crowded: 'Too many uploads at once. Try again in a minute.',
  quota: 'You have uploaded as much as is allowed for now. Try again in {time}.',
  quotaBare: 'You have uploaded as much as is allowed for now. Try again later.',
  quotaSize:
    'Only {allowed} more are allowed for now. Choose a smaller file, or try again in {time}.',
  expired: 'The upload took too long. Try again.',
  lost: 'The connection was lost. Check it, then try again.',
  unavailable: 'The server does not answer. Try again later.',
  damaged: 'The file did not arrive whole. Try again.',
  exists: 'It is stored there already. Choose another file.',
  stopped: 'It was stopped. Try again.',
  misconfigured:
    'The upload could not be completed. Something is wrong with this website, not with your file. Please tell its owner and quote {code}.',
} as const satisfies Readonly<Record<string, Phrase>>

/** The name of something that the element says. */
export type WordKey = keyof typeof ENGLISH

/** All that the element says, in one language. */
export type UploadWords = Readonly<Record<WordKey, Phrase>>
