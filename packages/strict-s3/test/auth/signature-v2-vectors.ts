/**
 * The examples of AWS's page on Signature Version 2: requests as they are sent, and their signatures. The page has
 * renamed its bucket since they were computed. Its example `Delete` is left out, because it contradicts the text: it
 * has `x-amz-date` in the place of `Date` and not among the headers.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
 * @module
 */

export const CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

export interface Vector {
  readonly title: string
  readonly method: string
  /** With the query. */
  readonly target: string
  readonly bucketInHost?: string
  readonly headers: Readonly<Record<string, string>>
  /** @default the header `date` */
  readonly date?: string
  readonly signature: string
}

export const VECTORS: readonly Vector[] = [
  {
    title: 'Object GET',
    method: 'GET',
    target: '/photos/puppy.jpg',
    bucketInHost: 'johnsmith',
    headers: { date: 'Tue, 27 Mar 2007 19:36:42 +0000' },
    signature: 'bWq2s1WEIj+Ydj0vQ697zp+IXMU=',
  },
  {
    title: 'Object PUT',
    method: 'PUT',
    target: '/photos/puppy.jpg',
    bucketInHost: 'johnsmith',
    headers: {
      'content-type': 'image/jpeg',
      'content-length': '94328',
      date: 'Tue, 27 Mar 2007 21:15:45 +0000',
    },
    signature: 'MyyxeRY7whkBe+bq8fHCL/2kKUg=',
  },
  {
    title: 'List',
    method: 'GET',
    target: '/?prefix=photos&max-keys=50&marker=puppy',
    bucketInHost: 'johnsmith',
    headers: { date: 'Tue, 27 Mar 2007 19:42:41 +0000' },
    signature: 'htDYFYduRNen8P9ZfE/s9SuKy0U=',
  },
  {
    title: 'Fetch',
    method: 'GET',
    target: '/?acl',
    bucketInHost: 'johnsmith',
    headers: { date: 'Tue, 27 Mar 2007 19:44:46 +0000' },
    signature: 'c2WLPFtWHVgbEmeEG93a4cG37dM=',
  },
  {
    title: 'Upload',
    method: 'PUT',
    target: '/db-backup.dat.gz',
    bucketInHost: 'static.johnsmith.net',
    headers: {
      date: 'Tue, 27 Mar 2007 21:06:08 +0000',
      'x-amz-acl': 'public-read',
      'content-type': 'application/x-download',
      'content-md5': '4gJE4saaMU4BqNR0kLY+lw==',
      // Sent as two headers in the example.
      'x-amz-meta-reviewedby': 'joe@johnsmith.net,jane@johnsmith.net',
      'x-amz-meta-filechecksum': '0x02661779',
      'x-amz-meta-checksumalgorithm': 'crc32',
      'content-disposition': 'attachment; filename=database.dat',
      'content-encoding': 'gzip',
      'content-length': '5913339',
    },
    signature: 'ilyl83RwaSoYIEdixDQcA4OnAnc=',
  },
  {
    title: 'List all my buckets',
    method: 'GET',
    target: '/',
    headers: { date: 'Wed, 28 Mar 2007 01:29:59 +0000' },
    signature: 'qGdzdERIC03wnaRNKh6OqZehG9s=',
  },
  {
    title: 'Unicode keys',
    method: 'GET',
    target: '/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re',
    headers: { date: 'Wed, 28 Mar 2007 01:49:49 +0000' },
    signature: 'DNEZGsoieTZ92F3bUfSPQcbGmlM=',
  },
  {
    title: 'Query string request authentication',
    method: 'GET',
    target: '/photos/puppy.jpg',
    bucketInHost: 'johnsmith',
    headers: {},
    date: '1175139620',
    signature: 'NpgCjnDzrM+WFzoENXmpNDUsSn8=',
  },
]
