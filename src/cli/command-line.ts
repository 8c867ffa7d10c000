/**
 * Commands and their options: declares them, reads them from the command line, explains them in
 * `--help`.
 *
 * @module
 */

import { parseArgs } from 'node:util'
import { messageOf, usageFailure } from './command-failure.ts'
import type { Terminal } from './terminal.ts'

/** An option with a value, as `--help` shows it. */
interface CommandOption {
  /** Placeholder of the value in `--help`, for example `port`. */
  readonly value: string
  readonly about: string
}

/** The options that were given; the others are missing. */
export type OptionValues = Readonly<Record<string, string>>

/** A command of the `waybill` program. */
export interface Command {
  readonly name: string
  /** A few words for the list of commands. */
  readonly about: string
  readonly options: Readonly<Record<string, CommandOption>>
  /** Runs the command; resolves to its exit code. */
  readonly run: (values: OptionValues, terminal: Terminal) => Promise<number>
}

/**
 * Reads the options of a command.
 *
 * @returns The values by option name, or `'help'` for `--help`.
 * @throws {CommandFailure} With exit code 2, for an unknown option, a missing value or a stray
 *   argument.
 */
export function parseOptions(command: Command, args: readonly string[]): OptionValues | 'help' {
  const values = parseStrictly(command, args)
  if (values.help === true) return 'help'
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'string') continue
    if (value === '')
      throw usageFailure(`--${name} is empty, expected <${placeholder(command, name)}>`)
    given[name] = value
  }
  return given
}

function parseStrictly(
  command: Command,
  args: readonly string[],
): Readonly<Record<string, string | boolean | undefined>> {
  const names = Object.keys(command.options)
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: false,
    }).values
  } catch (error) {
    // The first sentence says what is wrong. The rest explains a syntax that no command has.
    const said = messageOf(error).split(/\. |\n/)[0] ?? ''
    const reason = said.charAt(0).toLowerCase() + said.slice(1).replace(/\.$/, '')
    throw usageFailure(`${reason}. See waybill ${command.name} --help`)
  }
}

function placeholder(command: Command, name: string): string {
  return command.options[name]?.value ?? 'value'
}

/** Writes the text of `waybill <command> --help`. */
export function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(
    ([name, { value, about }]) => [`--${name} <${value}>`, about] as const,
  )
  return [
    `waybill ${command.name}: ${command.about}`,
    '',
    `Usage: waybill ${command.name} [options]`,
    '',
    'Options:',
    columns([...options, ['-h, --help', 'show this help']]),
  ].join('\n')
}

/** Writes the text of `waybill --help`. */
export function programHelp(commands: readonly Command[]): string {
  return [
    'waybill: uploads from browsers directly to an S3 bucket',
    '',
    'Usage: waybill <command> [options]',
    '',
    'Commands:',
    columns(commands.map(({ name, about }) => [name, about])),
    '',
    'Options:',
    columns([
      ['-h, --help', 'show this help; after a command, its options'],
      ['-v, --version', 'show the version'],
    ]),
  ].join('\n')
}

function columns(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 3
  return rows
    .map(([left, right]) => {
      const [first, ...others] = right.split('\n')
      const rest = others.map((line) => `\n${' '.repeat(width + 2)}${line}`)
      return `  ${left.padEnd(width)}${first}${rest.join('')}`
    })
    .join('\n')
}
