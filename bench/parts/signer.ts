/**
 * The process of the signer. Its first argument is the address of S3. It answers each message of its
 * parent with the microseconds of CPU since the last one.
 *
 * @module
 */

import { startServer, toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import { BUCKET, CREDENTIALS, PART_SIZE, REGION } from './workload.ts'

const signer = createSigner({
  bucket: BUCKET,
  region: REGION,
  credentials: CREDENTIALS,
  endpoint: process.argv[2] ?? '',
  addressing: 'path',
  secret: 'seals the waybills of a benchmark and of nothing else',
  rules: { film: { types: ['video/mp4'], maxSize: '5 TiB', public: true } },
  allowedOrigins: [],
  partSize: PART_SIZE,
})
const { url } = await startServer(toNodeHandler(signer))

let before = process.cpuUsage()
process.on('message', () => {
  const { user, system } = process.cpuUsage(before)
  process.send?.(user + system)
  before = process.cpuUsage()
})
process.on('disconnect', () => process.exit())
process.send?.(url)
