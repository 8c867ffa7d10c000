/** The most used S3 server on npm. */

import { createRequire } from 'node:module'

// bench/ has the peers.
const S3rver = createRequire(new URL('../../../../bench/', import.meta.url))('s3rver')

const [directory = '', bucket = ''] = process.argv.slice(2)
const server = new S3rver({
  directory,
  address: '127.0.0.1',
  port: 0,
  silent: true,
  configureBuckets: [{ name: bucket, configs: [] }],
})
const { port } = await server.run()
process.send?.({
  endpoint: `http://127.0.0.1:${port}`,
  region: 'us-east-1',
  credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
})
