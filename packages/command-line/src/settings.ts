/**
 * Options that can also be set by environment variables. The command line overrides the environment.
 *
 * @module
 */

import { usageFailure } from './command-failure.ts'
import type { CommandOption, OptionValues } from './command-line.ts'

export interface Setting {
  readonly value: string
  /** How the user knows it: `--port` or `PORT`. Error messages use this name. */
  readonly name: string
}

/** By option name. Options that were not set are absent. */
export type Settings = Readonly<Record<string, Setting>>

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * An empty variable counts as not set, because Compose passes unset variables as empty ones.
 *
 * @throws {CommandFailure} With exit code 2, if a switch's variable is neither `1` nor `0`.
 */
export function readSettings(
  options: Readonly<Record<string, CommandOption>>,
  values: OptionValues,
  environment: Environment,
): Settings {
  const settings: Record<string, Setting> = {}
  for (const [option, { env = [], value: placeholder }] of Object.entries(options)) {
    const name = env.find((each) => environment[each])
    const given = values[option]
    if (given !== undefined) settings[option] = { value: given, name: `--${option}` }
    else if (name !== undefined) {
      const value = environment[name] ?? ''
      if (placeholder !== undefined || isOn(value, name)) settings[option] = { value, name }
    }
  }
  return settings
}

/** @throws {CommandFailure} With exit code 2, if it is neither on nor off. */
function isOn(text: string, name: string): boolean {
  if (/^(?:1|true|yes|on)$/i.test(text)) return true
  if (/^(?:0|false|no|off)$/i.test(text)) return false
  throw usageFailure(`${name} is '${text}', expected 1 or 0`)
}
