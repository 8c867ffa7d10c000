/**
 * The lowest version of Node that runs the commands. npm only warns when it installs the package on
 * an older one.
 *
 * @module
 */

import { CommandFailure } from './command-failure.ts'

const LOWEST = { major: 22, minor: 18 } as const

/**
 * Refuses a version of Node that is too old, before a command fails halfway.
 *
 * @param version - As in `process.versions.node`.
 * @throws {CommandFailure} The version and the lowest one.
 */
export function checkNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > LOWEST.major || (major === LOWEST.major && minor >= LOWEST.minor)) return
  throw new CommandFailure(
    `this is Node ${version}, expected ${LOWEST.major}.${LOWEST.minor} or newer`,
  )
}
