/**
 * An S3 that has all parts of every upload and answers at once: it checks nothing.
 *
 * @module
 */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { childrenOf, parseXml } from '../../../packages/waybill-s3/src/xml.ts'
import { PART_SIZE, PARTS_CRC64 } from '../workload.ts'

const PAGE = 1_000

/** Makes the listener of uploads of `count` parts. */
export function allParts(count: number): RequestListener {
  const pages = Array.from({ length: Math.ceil(count / PAGE) }, (_, page) =>
    pageAt(page * PAGE, count),
  )
  let waybill = ''
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { searchParams } = new URL(request.url ?? '/', 'http://s3')
    const body = Buffer.concat(await request.toArray()).toString()
    if (request.method === 'POST' && searchParams.has('uploads')) {
      waybill = String(request.headers['x-amz-meta-waybill'])
      response.end(
        '<InitiateMultipartUploadResult><UploadId>id</UploadId></InitiateMultipartUploadResult>',
      )
    } else if (request.method === 'GET') {
      response.end(pages[Number(searchParams.get('part-number-marker')) / PAGE])
    } else if (request.method === 'POST') {
      const named = childrenOf(parseXml(body), 'Part').length
      if (named !== count) response.statusCode = 400
      response.end(
        '<CompleteMultipartUploadResult><ETag>&quot;all&quot;</ETag></CompleteMultipartUploadResult>',
      )
    } else {
      response.writeHead(200, {
        'content-length': count * PART_SIZE,
        'content-type': 'video/mp4',
        etag: '"all"',
        'x-amz-meta-waybill': waybill,
        'x-amz-checksum-crc64nvme': PARTS_CRC64,
        'x-amz-checksum-type': 'FULL_OBJECT',
      })
      response.end()
    }
  }
  return (request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  }
}

function pageAt(marker: number, count: number): string {
  const last = Math.min(count, marker + PAGE)
  const parts = Array.from({ length: last - marker }, (_, index) => partXml(marker + index + 1))
  return `<?xml version="1.0" encoding="UTF-8"?>
<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><PartNumberMarker>${marker}</PartNumberMarker><NextPartNumberMarker>${last}</NextPartNumberMarker><MaxParts>${PAGE}</MaxParts><IsTruncated>${last < count}</IsTruncated>${parts.join('')}<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType></ListPartsResult>`
}

function partXml(partNumber: number): string {
  const etag = partNumber.toString(16).padStart(32, '0')
  return `<Part><PartNumber>${partNumber}</PartNumber><LastModified>2026-11-26T12:00:00.000Z</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${PART_SIZE}</Size><ChecksumCRC64NVME>${PARTS_CRC64}</ChecksumCRC64NVME></Part>`
}
