#!/usr/bin/env node

import { runProgram } from '@waybill/command-line/run-program'
import { devCommand } from './dev/dev-command.ts'
import { doctorCommand } from './doctor/doctor-command.ts'
import { putCommand } from './put/put-command.ts'
import { redriveCommand } from './redrive/redrive-command.ts'
import { rescanCommand } from './redrive/rescan-command.ts'
import { secretCommand } from './secret-command.ts'
import { serveCommand } from './serve/serve-command.ts'
import { templateCommand } from './template/template-command.ts'

await runProgram(
  {
    name: 'waybill',
    about: 'upload from browsers directly to an S3 bucket',
    commands: [
      devCommand,
      serveCommand,
      putCommand,
      secretCommand,
      doctorCommand,
      templateCommand,
      redriveCommand,
      rescanCommand,
    ],
    examples: [['try it on this machine', 'npx waybill dev']],
    docs: 'docs/reference/cli.md',
  },
  new URL('../package.json', import.meta.url),
)
