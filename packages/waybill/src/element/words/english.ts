/**
 * The element's texts in English. Other languages have the same keys. `{n}` selects the plural
 * form; other names in braces stand for file names, sizes and times.
 *
 * @module
 */

import { FIRST_WORDS, type Phrase } from './first-words.ts'

export const ENGLISH = {
  ...FIRST_WORDS,
  // The drop zone, once there are files
  promptMore: 'Add more files',
  promptOther: 'Choose another file',
  // Rows
  files: 'Files',
  progressOf: 'Progress of {name}',
  progressOfAll: 'Progress of all files',
  amount: '{sent} of {size}',
  again: 'Sending {size} again',
  left: '{time} left',
  ready: 'Ready',
  preparing: 'Preparing',
  queued: 'Queued',
  hashing: 'Checking',
  uploading: 'Uploading',
  away: 'Server unavailable. Retrying…',
  awayUntil: 'Server unavailable. Retrying in {time}',
  awayLong: 'Your file is fine. If this continues, tell this website’s owner.',
  stalled: 'Stalled. Still trying…',
  paused: 'Paused',
  completing: 'Finishing',
  done: 'Uploaded',
  checking: 'Being checked',
  verified: 'Checked',
  rejected: 'Rejected. Choose another file.',
  rejectedType: 'Rejected: the content does not match the file type.',
  rejectedCode: 'Rejected: the file contains code.',
  rejectedMalware: 'Rejected: the file may contain malware.',
  rejectedOther: 'Rejected: this is not the file that was sent.',
  aborted: 'Stopped',
  removed: 'Removed',
  // Buttons, and their accessible names
  start: 'Upload',
  startName: 'Upload {name}',
  startAll: 'Upload all',
  pause: 'Pause',
  pauseName: 'Pause {name}',
  pauseAll: 'Pause all',
  resume: 'Resume',
  resumeName: 'Resume {name}',
  resumeAll: 'Resume all',
  retry: 'Retry',
  retryName: 'Retry {name}',
  retryAll: 'Retry all',
  replace: 'Replace',
  replaceName: 'Replace {name}',
  cancel: 'Cancel',
  cancelName: 'Cancel {name}',
  dismiss: 'Dismiss',
  dismissName: 'Dismiss {name}',
  remove: 'Remove',
  removeName: 'Remove {name}',
  undo: 'Undo',
  undoName: 'Undo removing {name}',
  clear: 'Clear finished',
  showAll: 'Show all {n} files',
  showFewer: 'Show fewer',
  // Total
  total: { one: '{done} of {n} file uploaded', other: '{done} of {n} files uploaded' },
  totalFailed: '{n} failed',
  totalRejected: '{n} rejected',
  // Interrupted uploads
  interrupted: 'Interrupted uploads',
  interruptedRow: '{percent} uploaded {ago}',
  interruptedNew: 'Started {ago}',
  choose: 'Choose file…',
  chooseName: 'Choose file {name} again',
  forget: 'Discard',
  forgetName: 'Discard {name}',
  notThisFile: 'This is a different file.',
  // Screen reader announcements
  saidState: '{name}: {state}',
  saidProgress: '{name}: {percent}',
  saidDone: '{name} uploaded',
  saidAllDone: { one: '{n} file uploaded', other: 'All {n} files uploaded' },
  saidFailure: '{name} was not uploaded. {why}',
  saidFailures: { one: '{n} file was not uploaded', other: '{n} files were not uploaded' },
  saidRejections: { one: '{n} file was rejected', other: '{n} files were rejected' },
  saidRemoved: '{name} removed',
  saidCleared: {
    one: '{n} finished file cleared from the list',
    other: '{n} finished files cleared from the list',
  },
  saidInterrupted: {
    one: '{n} upload was interrupted. Choose the file again to resume.',
    other: '{n} uploads were interrupted. Choose the files again to resume.',
  },
  /** Ends an announcement that has no punctuation mark at its end. */
  saidSentence: '{text}.',
  /** Users can report this id, and developers can find it in the logs. */
  reference: 'Reference: {id}',
  // Errors: what is wrong, and what to do
  tooLarge: 'The file is too large. The limit is {allowed}.',
  tooLargeBare: 'The file is too large. Choose a smaller one.',
  tooSmall: 'The file is too small. The minimum is {allowed}.',
  tooSmallBare: 'The file is empty or too small.',
  wrongType: 'Wrong file type. Choose {allowed}.',
  wrongTypeBare: 'Wrong file type. Choose another file.',
  wrongName: 'The name is empty or too long. Rename the file.',
  refused: 'This file is not accepted. Choose another.',
  tooMany: {
    one: 'Only {n} file is allowed. Remove one.',
    other: 'Only {n} files are allowed. Remove one.',
  },
  unreadable: 'The file cannot be read. Choose it again.',
  unprepared: 'The file could not be prepared. Try again.',
  signedOut:
    'Please sign in and try again. If you are already signed in, the problem is with this website, not your file. Please tell its owner.',
  forbidden: 'You are not allowed to upload here.',
  crowded: 'Too many uploads. Try again in a minute.',
  quota: 'Upload limit reached. Try again in {time}.',
  quotaBare: 'Upload limit reached. Try again later.',
  quotaSize:
    'Only {allowed} of your upload limit left. Choose a smaller file, or try again in {time}.',
  expired: 'The upload took too long. Try again.',
  lost: 'Connection lost. Check it and try again.',
  unavailable: 'Server unavailable. Try again later.',
  damaged: 'The file arrived damaged. Try again.',
  exists: 'A file is already there. Choose another.',
  stopped: 'The upload was stopped. Try again.',
} as const satisfies Readonly<Record<string, Phrase>>

/** The key of a text. */
export type WordKey = keyof typeof ENGLISH

/** All texts of the element in one language. */
export type UploadWords = Readonly<Record<WordKey, Phrase>>
