// Starts workerd with what .env says, because workerd itself reads no such file.
import { spawn } from 'node:child_process'
import workerd from 'workerd'

const address = `http=localhost:${process.env.PORT ?? 3000}`
const args = ['serve', 'workerd.capnp', '--socket-addr', address]
spawn(workerd.default ?? workerd, args, { stdio: 'inherit' }).on('exit', (code) =>
  process.exit(code ?? 1),
)
