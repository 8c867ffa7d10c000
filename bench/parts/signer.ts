/**
 * The process of the signer. Its first argument is the address of S3. It answers each message of
 * its parent with the microseconds of CPU since the last one.
 *
 * @module
 */

import { startServer, toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import { reportCpu } from '../harness/report-cpu.ts'
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
reportCpu(url)
