/**
 * Runs npm from other scripts. On Windows npm is a script for the shell, which Node does not start as a program.
 *
 * @module
 */

import { sync } from 'cross-spawn'

/** @returns What it printed. @throws {Error} When it does not end with 0; what it complained of has been printed. */
export function npm(
  args: readonly string[],
  options: { readonly cwd?: string; readonly timeout?: number } = {},
): string {
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  const { status, stdout, error } = sync('npm', args, { ...options, stdio, encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`npm ${args[0]} ended with ${status}`)
  return stdout.trim()
}
