// Starts workerd with the variables in .env, because workerd itself does not read this file.
import { spawn } from 'node:child_process'
import workerd from 'workerd'

const address = `http=localhost:${process.env.PORT ?? 3000}`
const args = ['serve', 'workerd.capnp', '--socket-addr', address]
spawn(workerd.default ?? workerd, args, { stdio: 'inherit' }).on('exit', (code) =>
  process.exit(code ?? 1),
)
