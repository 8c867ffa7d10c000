/**
 * Why tests are left out on Windows: `skip(ON_WINDOWS, NO_SIGNALS)`.
 *
 * @module
 */

export const ON_WINDOWS = process.platform === 'win32'

export const NO_SIGNALS = 'Windows has no signals: whatever is sent ends a process at once'
export const NO_MODES = 'Windows has no file modes'
export const NO_UNIX_SHELL = 'it needs a Unix shell'
export const NO_LINKS = 'on Windows a link to a file takes a privilege'
