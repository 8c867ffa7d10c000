import './node-version.ts' // first, because the others fail on an older Node
import { readFile } from 'node:fs/promises'
import { CommandFailure, usageFailure } from './command-failure.ts'
import {
  type Command,
  commandNamed,
  helpText,
  nameWithin,
  type Program,
  parseOptions,
} from './command-line.ts'
import { nearest } from './nearest.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/**
 * Runs the command that this process's arguments select, and sets the process's exit code: 0 for
 * success, 1 for a failure, 2 for an invalid command line.
 *
 * @param program - A program with several commands, or a single command.
 * @param packageJson - The file with the program's version.
 * @throws Errors that the user cannot correct.
 */
export async function runProgram(program: Program | Command, packageJson: URL): Promise<void> {
  const terminal = createTerminal(process.stdout, process.stderr)
  const args = process.argv.slice(2)
  try {
    const [first] = args
    if (first === '--version' || first === '-v') terminal.say(await versionIn(packageJson))
    else process.exitCode = await run(program, args, { terminal, packageJson })
  } catch (error) {
    const failure = commandFailure(error)
    terminal.complain(`${program.name}: ${failure.message}`)
    process.exitCode = failure.exitCode
  }
}

export async function versionIn(packageJson: URL): Promise<string> {
  return String(JSON.parse(await readFile(packageJson, 'utf8')).version)
}

/**
 * Converts a system error that the user can correct, for example because a directory is not
 * writable or another program has just taken the port.
 *
 * @throws Every other error.
 */
function commandFailure(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error
  if (!(error instanceof Error)) throw error
  if ('code' in error && error.code === 'ELOCKED') {
    const advice = 'Stop it, or choose another directory with --dir'
    return new CommandFailure(`${error.message}. ${advice}`, { cause: error })
  }
  if ('syscall' in error) return new CommandFailure(error.message, { cause: error })
  throw error
}

function run(
  program: Program | Command,
  args: readonly string[],
  context: RunContext,
): Promise<number> {
  const [first, ...rest] = args
  if (first === 'help') return sayHelp(program, rest, context)
  const isWord = first !== undefined && !first.startsWith('-')
  if (!isWord && 'run' in program) return runCommand(program, args, context)
  if (first === undefined || HELP.has(first)) return sayHelp(program, [], context)
  return runCommand(findCommand(program, first), rest, context)
}

interface RunContext {
  readonly terminal: Terminal
  readonly packageJson: URL
}

const HELP: ReadonlySet<string> = new Set(['help', '--help', '-h'])

async function sayHelp(
  program: Program | Command,
  [first = 'help', ...rest]: readonly string[],
  context: RunContext,
): Promise<number> {
  if (!HELP.has(first)) {
    return runCommand(findCommand(program, first), ['--help', ...rest], context)
  }
  context.terminal.say(helpText(program, context.terminal, context.packageJson))
  return 0
}

function findCommand(program: Program | Command, name: string): Command {
  const command = commandNamed(program, name)
  if (command) return command
  const known = (program.commands ?? []).map((each) => nameWithin(program, each))
  const kind = name.startsWith('-') ? 'option' : 'command'
  const meant = nearest(name, [...known, 'help', '--help', '--version'])
  const hint = meant ? `, did you mean '${meant}'? See` : `. Commands are ${known.join(', ')}; see`
  throw usageFailure(`unknown ${kind} '${name}'${hint} ${program.name} --help`)
}

async function runCommand(
  command: Command,
  args: readonly string[],
  { terminal, packageJson }: RunContext,
): Promise<number> {
  const parsed = parseOptions(command, args)
  if (parsed === 'help') {
    terminal.say(helpText(command, terminal, packageJson))
    return 0
  }
  return command.run(parsed.values, terminal, packageJson, parsed.operands)
}
