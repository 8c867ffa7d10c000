/**
 * Checks that the version of Node can run the commands. npm only prints a warning when it installs
 * the package on an older version.
 *
 * @module
 */

import { CommandFailure } from './command-failure.ts'

const LOWEST = { major: 22, minor: 18 } as const

/**
 * Throws if the version of Node is too old. Otherwise a command could fail halfway.
 *
 * @param version - `process.versions.node`.
 * @throws {CommandFailure} With this version and the minimum version.
 */
export function checkNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > LOWEST.major || (major === LOWEST.major && minor >= LOWEST.minor)) return
  throw new CommandFailure(
    `this is Node ${version}, expected ${LOWEST.major}.${LOWEST.minor} or newer`,
  )
}
