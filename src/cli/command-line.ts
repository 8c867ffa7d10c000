/**
 * Commands and their options: how they are declared, read from the command line, and explained by `--help`.
 *
 * @module
 */

import { parseArgs } from 'node:util'
import { messageOf, usageFailure } from './command-failure.ts'
import type { Terminal } from './terminal.ts'

/** An option with a value, as `--help` shows it. */
interface CommandOption {
  /** What stands in the place of the value, for example `port`. */
  readonly value: string
  readonly about: string
}

/** The options that were given; the others are missing. */
export type OptionValues = Readonly<Record<string, string>>

export interface Command {
  readonly name: string
  /** Half a sentence, for the list of commands. */
  readonly about: string
  readonly options: Readonly<Record<string, CommandOption>>
  /** @returns The exit code. */
  readonly run: (values: OptionValues, terminal: Terminal) => Promise<number>
}

/**
 * @returns The values by option name, or `'help'` when the person asked for help.
 * @throws {CommandFailure} With exit code 2, for an unknown option, a missing value or a stray argument.
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
    // The first sentence says what is wrong; the others explain a syntax that nobody here needs.
    const said = messageOf(error).split(/\. |\n/)[0] ?? ''
    const reason = said.charAt(0).toLowerCase() + said.slice(1).replace(/\.$/, '')
    throw usageFailure(`${reason}. See waybill ${command.name} --help`)
  }
}

function placeholder(command: Command, name: string): string {
  return command.options[name]?.value ?? 'value'
}

/** @returns The text of `waybill <command> --help`. */
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
    columns([...options, ['-h, --help', 'say this']]),
  ].join('\n')
}

/** @returns The text of `waybill --help`. */
export function programHelp(commands: readonly Command[]): string {
  return [
    'waybill: files from browsers straight into an S3 bucket',
    '',
    'Usage: waybill <command> [options]',
    '',
    'Commands:',
    columns(commands.map(({ name, about }) => [name, about])),
    '',
    'Options:',
    columns([
      ['-h, --help', 'say this; after a command, say what its options are'],
      ['-v, --version', 'say which version this is'],
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
