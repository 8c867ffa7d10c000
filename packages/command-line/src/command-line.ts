import { messageOf, usageFailure } from './command-failure.ts'
import { hang, wrap } from './fit-text.ts'
import { nearest } from './nearest.ts'
import type { Terminal } from './terminal.ts'

// An import would load all that `node:util` exports, and delay every command.
const { parseArgs } = process.getBuiltinModule('node:util')

export interface CommandOption {
  /**
   * The placeholder for the value in `--help`, for example `port`.
   * @default - the option is a switch, whose value is `on` when it is given
   */
  readonly value?: string
  /**
   * The value used when the option is given without one.
   * @default - a value is required
   */
  readonly bare?: string
  /** Environment variables that set the option, see `readSettings`. The first that is set wins. */
  readonly env?: readonly string[]
  readonly about: string
}

/** What `--help` shows at its end. */
interface Help {
  /** Command lines, each with its description. */
  readonly examples: readonly (readonly [about: string, line: string])[]
  /** The page in the documentation, for example `docs/reference/cli.md#waybill-dev`. */
  readonly docs: string
}

/** Values by option name. Options that were not given are absent. */
export type OptionValues = Readonly<Record<string, string>>

export interface Command extends Help {
  /** As the user types it: `waybill dev`, or just the program's name. */
  readonly name: string
  readonly about: string
  readonly options: Readonly<Record<string, CommandOption>>
  /**
   * The words that can follow the command's name, each with its description. The user can give one,
   * and the command receives it as the value `topic`.
   * @default none
   */
  readonly topics?: Readonly<Record<string, string>>
  /** Further commands, with their own options: `strict-s3 health` is one of `strict-s3`. */
  readonly commands?: readonly Command[]
  /** Resolves to the exit code. */
  readonly run: (values: OptionValues, terminal: Terminal) => Promise<number>
}

/**
 * Parses a command's options.
 *
 * @returns The values by option name, or `'help'` for `--help`.
 * @throws {CommandFailure} With exit code 2, for an unknown option, a missing value or an
 *   unexpected argument.
 */
export function parseOptions(command: Command, args: readonly string[]): OptionValues | 'help' {
  const values = parseStrictly(command, args)
  if (values.help === true) return 'help'
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value === true) given[name] = 'on'
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
  const { topics } = command
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { value }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  try {
    const { values, positionals } = parseArgs({
      args: withBareValues(command, args),
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: topics !== undefined,
    })
    return positionals.length === 0 ? values : { ...values, topic: readTopic(command, positionals) }
  } catch (error) {
    // The first sentence says what is wrong. The rest explains a syntax that no command supports.
    const said = messageOf(error).split(/\. |\n/)[0] ?? ''
    const reason = said.charAt(0).toLowerCase() + said.slice(1).replace(/\.$/, '')
    const meant = meantWord(command, reason)
    throw usageFailure(
      `${reason}${meant ? `, did you mean '${meant}'?` : '.'} See ${command.name} --help`,
    )
  }
}

function meantWord(command: Command, reason: string): string | undefined {
  const [, kind, word = ''] = /^(unknown option|unexpected argument) '([^']+)'$/.exec(reason) ?? []
  const options = [...Object.keys(command.options), 'help'].map((name) => `--${name}`)
  const commands = (command.commands ?? []).map((each) => nameWithin(command, each))
  return kind && nearest(word, kind === 'unknown option' ? options : commands)
}

/** Fills in values that were omitted, because `parseArgs` does not support optional values. */
function withBareValues({ options }: Command, args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const bare = arg.startsWith('--') ? options[arg.slice(2)]?.bare : undefined
    const next = args[index + 1]
    const hasValue = next !== undefined && !next.startsWith('-')
    return bare === undefined || hasValue ? arg : `${arg}=${bare}`
  })
}

function readTopic({ topics = {} }: Command, positionals: readonly string[]): string {
  const given = positionals.join(' ')
  if (Object.hasOwn(topics, given)) return given
  const known = Object.keys(topics)
  const meant = nearest(given, known)
  const expected = meant ? `did you mean '${meant}'?` : `expected ${known.join(', ')} or nothing`
  throw usageFailure(`unexpected argument '${given}', ${expected}`)
}

function placeholder(command: Command, name: string): string {
  return command.options[name]?.value ?? 'value'
}

export function commandHelp(command: Command, terminal: Page): string {
  const options = Object.entries(command.options).map(
    ([name, { value, bare, about, env = [] }]) =>
      [
        `--${name}${placeholderText(value, bare)}`,
        env.length === 0 ? about : `${about} [${env.join(', ')}]`,
      ] as const,
  )
  const commands = command.commands ?? []
  const topics = [
    ...Object.entries(command.topics ?? {}),
    ...commands.map((each) => [nameWithin(command, each), each.about] as const),
  ]
  const usage = topics.length === 0 ? '' : ` [${topics.map(([topic]) => topic).join(' | ')}]`
  return helpPage(command, terminal, {
    usage: `${command.name}${usage} [options]`,
    lists: [
      ...(topics.length === 0 ? [] : [{ title: 'Commands', rows: topics }]),
      { title: 'Options', rows: [...options, ['-h, --help', 'show this help']] },
    ],
  })
}

function placeholderText(value: string | undefined, bare: string | undefined): string {
  if (value === undefined) return ''
  return bare === undefined ? ` <${value}>` : ` [${value}]`
}

export interface Program extends Help {
  readonly name: string
  readonly about: string
  readonly commands: readonly Command[]
}

/** Returns a command's name without the program's, for example `dev`. */
export function nameWithin(program: { readonly name: string }, command: Command): string {
  return command.name.slice(program.name.length + 1)
}

export function programHelp(program: Program, terminal: Page): string {
  return helpPage(program, terminal, {
    usage: `${program.name} <command> [options]`,
    lists: [
      {
        title: 'Commands',
        rows: program.commands.map((command) => [nameWithin(program, command), command.about]),
      },
      {
        title: 'Options',
        rows: [
          ['-h, --help', 'show this help; after a command, its options'],
          ['-v, --version', 'show the version'],
        ],
      },
    ],
  })
}

type Page = Pick<Terminal, 'columns' | 'faint' | 'strong'>
type Row = readonly [left: string, right: string]

interface HelpBody {
  readonly usage: string
  readonly lists: readonly { readonly title: string; readonly rows: readonly Row[] }[]
}

/** Long lines are hard to read, also on a wide terminal. */
const MOST_COLUMNS = 80

function helpPage(
  { name, about, examples, docs }: Help & { readonly name: string; readonly about: string },
  { columns: available, faint, strong }: Page,
  { usage, lists }: HelpBody,
): string {
  const columns = Math.min(available, MOST_COLUMNS)
  return [
    wrap(`${name}: ${about}`, columns).join('\n'),
    `${strong('Usage:')} ${usage}`,
    ...lists.map(({ title, rows }) => `${strong(`${title}:`)}\n${table(rows, columns)}`),
    `${strong('Examples:')}\n${examples.map(([what, line]) => `${faint(`  # ${what}`)}\n  ${line}`).join('\n')}`,
    `${strong('Docs:')} ${docs}`,
  ].join('\n\n')
}

function table(rows: readonly Row[], columns: number): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 3
  return rows.map(([left, right]) => hang(`  ${left.padEnd(width)}`, right, columns)).join('\n')
}
