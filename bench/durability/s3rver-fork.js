/** `@20minutes/s3rver` as a process. Unlike s3rver, its package has no command. */

import S3rver from '@20minutes/s3rver'

const [directory, port] = process.argv.slice(2)
await new S3rver({ directory, address: '127.0.0.1', port: Number(port) }).run()
