import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
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

export type CommandOptions = Readonly<Record<string, CommandOption>>

/** What `--help` shows at its end. */
interface Help {
  /** Command lines, each with its description. */
  readonly examples: readonly (readonly [about: string, line: string])[]
  /** The page in the package's documentation, for example `docs/reference/cli.md#waybill-dev`. */
  readonly docs: string
}

/** Values by option name. Options that were not given are absent. */
export type OptionValues = Readonly<Record<string, string>>

export interface Command extends Help {
  /** As the user types it: `waybill dev`, or just the program's name. */
  readonly name: string
  readonly about: string
  readonly options: CommandOptions
  /**
   * How `--help` groups the options.
   * @default one list
   */
  readonly sections?: Readonly<Record<string, CommandOptions>>
  /**
   * The words that can follow the command's name, each with its description. The user can give one,
   * and the command receives it as the value `topic`.
   * @default none
   */
  readonly topics?: Readonly<Record<string, string>>
  /**
   * The placeholder for the arguments that are not options, for example `files`. The command then
   * needs one or more of them.
   * @default none
   */
  readonly operands?: string
  /** Further commands, with their own options: `strict-s3 health` is one of `strict-s3`. */
  readonly commands?: readonly Command[]
  /**
   * Resolves to the exit code.
   *
   * @param packageJson - Contains the program's version. A bundled command cannot find it itself.
   * @param operands - Empty unless the command has `operands`.
   */
  readonly run: (
    values: OptionValues,
    terminal: Terminal,
    packageJson: URL,
    operands: readonly string[],
  ) => Promise<number>
}

interface ParsedOptions {
  /** The values by option name. */
  readonly values: OptionValues
  readonly operands: readonly string[]
}

/**
 * Parses a command's options.
 *
 * @returns `'help'` for `--help`.
 * @throws {CommandFailure} With exit code 2, for an unknown option, a missing value, or a missing
 *   or unexpected argument.
 */
export function parseOptions(command: Command, args: readonly string[]): ParsedOptions | 'help' {
  const { values, positionals } = parseStrictly(command, args)
  const hasTopic = command.topics !== undefined && positionals.length > 0
  const topic = hasTopic ? { topic: readTopic(command, positionals) } : {}
  if (values.help === true) return 'help'
  if (command.operands !== undefined && positionals.length === 0) {
    throw usageFailure(`<${command.operands}> is missing. See ${command.name} --help`)
  }
  const given: Record<string, string> = topic
  for (const [name, value] of Object.entries(values)) {
    if (value === true) given[name] = 'on'
    if (typeof value !== 'string') continue
    if (value === '')
      throw usageFailure(`--${name} is empty, expected <${placeholder(command, name)}>`)
    given[name] = value
  }
  return { values: given, operands: positionals }
}

interface ParsedLine {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly positionals: readonly string[]
}

function parseStrictly(command: Command, args: readonly string[]): ParsedLine {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { value }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  try {
    return parseArgs({
      args: withBareValues(command, args),
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: (command.topics ?? command.operands) !== undefined,
    })
  } catch (error) {
    // The first sentence says what is wrong. The rest explains a syntax that no command supports.
    const said = messageOf(error).split(/\. |\n/)[0] ?? ''
    const reason = said.charAt(0).toLowerCase() + said.slice(1).replace(/\.$/, '')
    throw usageFailure(`${explain(command, reason)} See ${command.name} --help`)
  }
}

function explain(command: Command, reason: string): string {
  const [, option] = /^option '--([\w-]+)(?: <value>)?' argument (?:m|is a)/.exec(reason) ?? []
  if (option) return `--${option} needs a value: --${option} <${placeholder(command, option)}>.`
  const [, kind, word = ''] = /^(unknown option|unexpected argument) '([^']+)'$/.exec(reason) ?? []
  if (kind === 'unexpected argument' && commandNamed(command, word)) {
    return `${reason}: put the command first, before any options.`
  }
  const always = command.commands ? ['help', 'version'] : ['help']
  const known = [...Object.keys(command.options), ...always].map((name) => `--${name}`)
  const meant = kind === 'unknown option' ? nearest(word, known) : undefined
  return `${reason}${meant ? `, did you mean '${meant}'?` : '.'}`
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

function readTopic(command: Command, positionals: readonly string[]): string {
  const given = positionals.join(' ')
  const { topics = {}, name } = command
  if (Object.hasOwn(topics, given)) return given
  const known = Object.keys(topics)
  const meant = nearest(given, known)
  const hint = meant ? `did you mean '${meant}'?` : `expected ${known.join(', ')} or nothing.`
  throw usageFailure(`unexpected argument '${given}', ${hint} See ${name} --help`)
}

function placeholder(command: Command, name: string): string {
  return command.options[name]?.value ?? 'value'
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

export function commandNamed(program: Program | Command, name: string): Command | undefined {
  return program.commands?.find((each) => nameWithin(program, each) === name)
}

/** @param packageJson - Is beside the folder `docs`. */
export function helpText(subject: Program | Command, terminal: Terminal, packageJson: URL): string {
  const page = { ...terminal, packageJson }
  return 'run' in subject ? commandHelp(subject, page) : programHelp(subject, page)
}

const HELP: Row = { left: '-h, --help', about: 'show this help' }
const VERSION: Row = { left: '-v, --version', about: 'show the version' }

function programHelp(program: Program, page: Page): string {
  return helpPage(program, page, {
    usage: [`${program.name} <command> [options]`],
    commands: commandRows(program),
    lists: [{ title: 'Options', rows: [HELP, VERSION] }],
  })
}

function commandHelp(command: Command, page: Page): string {
  const { name, options, sections, topics = {}, operands, commands } = command
  const words = Object.keys(topics)
  const argument = words.length === 0 ? '' : ` [${words.join(' | ')}]`
  const usage = `${name}${operands ? ` <${operands}>` : argument} [options]`
  const common = commands ? [HELP, VERSION] : [HELP]
  return helpPage(command, page, {
    usage: commands ? [usage, `${name} <command> [options]`] : [usage],
    commands: commands
      ? commandRows(command)
      : words.map((left) => ({ left, about: topics[left] ?? '' })),
    lists: [
      ...Object.entries(sections ?? {}).map(([title, each]) => ({ title, rows: optionRows(each) })),
      { title: 'Options', rows: sections ? common : [...optionRows(options), ...common] },
    ],
  })
}

function commandRows(program: Program | Command): readonly Row[] {
  const { commands = [] } = program
  return [
    ...commands.map((each) => ({ left: nameWithin(program, each), about: each.about })),
    { left: 'help [command]', about: 'show this help, or help for a command' },
  ]
}

function optionRows(options: CommandOptions): Row[] {
  return Object.entries(options).map(([name, { value, bare, about, env = [] }]) => {
    const placeholder = bare === undefined ? `<${value}>` : `[${value}]`
    const left = value === undefined ? `--${name}` : `--${name} ${placeholder}`
    return { left, about, variables: env.join(', ') }
  })
}

interface Page extends Pick<Terminal, 'columns' | 'faint' | 'strong'> {
  readonly packageJson: URL
}

interface Row {
  readonly left: string
  readonly about: string
  /** The environment variables that set an option. Can be empty. */
  readonly variables?: string
}

interface List {
  readonly title: string
  readonly rows: readonly Row[]
}

interface HelpBody {
  readonly usage: readonly string[]
  /** Can be empty. */
  readonly commands: readonly Row[]
  readonly lists: readonly List[]
}

/** Long lines are hard to read, also on a wide terminal. */
const MOST_COLUMNS = 80

function helpPage(
  { name, about, examples, docs }: Help & { readonly name: string; readonly about: string },
  { columns: available, faint, strong, packageJson }: Page,
  { usage, commands, lists }: HelpBody,
): string {
  const page = { columns: Math.min(available, MOST_COLUMNS), faint, strong, packageJson }
  const options = lists.flatMap(({ rows }) => rows)
  const width = widthOf(options)
  return [
    wrap(`${name}: ${about}`, page.columns).join('\n'),
    `${strong('Usage:')} ${usage.join('\n       ')}`,
    ...(commands.length > 0
      ? [`${strong('Commands:')}\n${table(commands, page, widthOf(commands))}`]
      : []),
    ...(hasVariables(options) ? [wrap(VARIABLES, page.columns).join('\n')] : []),
    ...lists.map(({ title, rows }) => `${strong(`${title}:`)}\n${table(rows, page, width)}`),
    `${strong('Examples:')}\n${examples.map(([what, line]) => `${faint(`  # ${what}`)}\n  ${line}`).join('\n')}`,
    `${strong('Docs:')} ${pathOf(docs, packageJson)}`,
  ].join('\n\n')
}

/** npx installs a package anywhere, so the path is that of this copy: relative if it is below. */
function pathOf(docs: string, packageJson: URL): string {
  const [page = '', anchor] = docs.split('#')
  const path = fileURLToPath(new URL(page, packageJson))
  const near = relative(process.cwd(), path)
  return [near.startsWith('..') ? path : near, ...(anchor ? [anchor] : [])].join('#')
}

const VARIABLES =
  'You can also set an option with the environment variable next to it. The option overrides it.'

function hasVariables(rows: readonly Row[]): boolean {
  return rows.some(({ variables }) => variables)
}

function widthOf(rows: readonly Row[]): number {
  return Math.max(...rows.map(({ left }) => left.length)) + 3
}

/** If any option has environment variables, all descriptions are below their options. */
function table(rows: readonly Row[], { columns, strong }: Page, width: number): string {
  const isWide = hasVariables(rows)
  const lines = rows.map(({ left, about, variables }) => {
    const label = `  ${left.padEnd(width)}`
    if (!isWide) return strong(label) + hang(label, about, columns).slice(label.length)
    const heading = variables ? strong(label) + variables : strong(`  ${left}`)
    return `${heading}\n${hang(ABOUT_INDENT, about, columns)}`
  })
  return lines.join('\n')
}

const ABOUT_INDENT = ' '.repeat(6)
