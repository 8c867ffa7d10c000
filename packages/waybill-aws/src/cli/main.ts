#!/usr/bin/env node
/**
 * The `waybill-aws` command-line program.
 *
 * @module
 */

import { runProgram } from '@waybill/command-line/run-program'
import { redriveCommand } from './redrive/redrive-command.ts'
import { rescanCommand } from './redrive/rescan-command.ts'
import { templateCommand } from './template/template-command.ts'

await runProgram(
  {
    name: 'waybill-aws',
    about: 'manage Waybill in an AWS account',
    commands: [templateCommand, redriveCommand, rescanCommand],
    examples: [['a template for your rules', 'npx waybill-aws template --rules rules.json']],
    docs: 'docs/reference/cli.md#waybill-aws',
  },
  new URL('../../package.json', import.meta.url),
)
