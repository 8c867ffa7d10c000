#!/usr/bin/env node
/**
 * The `waybill` program. Exit codes: 0 success, 1 failure, 2 invalid command line.
 *
 * @module
 */

import { CommandFailure, usageFailure } from '@waybill/command-line/command-failure'
import {
  type Command,
  commandHelp,
  parseOptions,
  programHelp,
} from '@waybill/command-line/command-line'
import { checkNodeVersion } from '@waybill/command-line/node-version'
import { packageVersion } from '@waybill/command-line/package-version'
import { createTerminal } from '@waybill/command-line/terminal'
import { s3Command } from 'strict-s3/internal/s3-command'
import { redriveCommand } from 'waybill-aws/internal/redrive-command'
import { rescanCommand } from 'waybill-aws/internal/rescan-command'
import { templateCommand } from 'waybill-aws/internal/template-command'
import { devCommand } from './dev/dev-command.ts'
import { secretCommand } from './secret-command.ts'
import { smokeCommand } from './smoke/smoke-command.ts'

const COMMANDS: readonly Command[] = [
  devCommand,
  s3Command,
  secretCommand,
  templateCommand,
  smokeCommand,
  redriveCommand,
  rescanCommand,
]

const terminal = createTerminal(process.stdout, process.stderr)

try {
  process.exitCode = await runProgram(process.argv.slice(2))
} catch (error) {
  const failure = commandFailure(error)
  terminal.complain(`waybill: ${failure.message}`)
  process.exitCode = failure.exitCode
}

/**
 * Turns a system error that the user can correct, such as a directory that is not writable or a
 * port that was just taken, into a failure of the command.
 *
 * @throws Every other error, with its stack.
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

async function runProgram([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    return say(programHelp(COMMANDS))
  }
  if (name === '--version' || name === '-v') return say(await packageVersion())
  const command = COMMANDS.find((known) => known.name === name)
  if (!command) {
    const known = COMMANDS.map((one) => one.name).join(', ')
    const kind = name.startsWith('-') ? 'option' : 'command'
    throw usageFailure(`unknown ${kind} '${name}'. Commands are ${known}; see waybill --help`)
  }
  const values = parseOptions(command, args)
  if (values === 'help') return say(commandHelp(command))
  checkNodeVersion(process.versions.node)
  return command.run(values, terminal)
}

function say(text: string): number {
  terminal.say(text)
  return 0
}
