import { readFile } from 'node:fs/promises'
import { CommandFailure, usageFailure } from './command-failure.ts'
import {
  type Command,
  commandHelp,
  nameWithin,
  type Program,
  parseOptions,
  programHelp,
} from './command-line.ts'
import { nearest } from './nearest.ts'
import { checkNodeVersion } from './node-version.ts'
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
    else if ('run' in program) process.exitCode = await runOneOrItself(program, args, terminal)
    else process.exitCode = await runOneOf(program, args, terminal)
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

async function runOneOf(
  program: Program,
  [name, ...args]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.say(programHelp(program, terminal))
    return 0
  }
  const command = program.commands.find((known) => nameWithin(program, known) === name)
  if (command) return runCommand(command, args, terminal)
  const known = program.commands.map((one) => nameWithin(program, one))
  const kind = name.startsWith('-') ? 'option' : 'command'
  const meant = nearest(name, [...known, 'help', '--help', '--version'])
  const hint = meant ? `, did you mean '${meant}'? See` : `. Commands are ${known.join(', ')}; see`
  throw usageFailure(`unknown ${kind} '${name}'${hint} ${program.name} --help`)
}

async function runOneOrItself(
  program: Command,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const command = program.commands?.find((each) => nameWithin(program, each) === args[0])
  return command
    ? runCommand(command, args.slice(1), terminal)
    : runCommand(program, args, terminal)
}

async function runCommand(
  command: Command,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const values = parseOptions(command, args)
  if (values === 'help') {
    terminal.say(commandHelp(command, terminal))
    return 0
  }
  checkNodeVersion(process.versions.node)
  return command.run(values, terminal)
}
