/**
 * Hosted stores that differ from AWS, recognized by the endpoint's host name, so that `createSigner`
 * needs no options for them.
 *
 * None of them runs in our tests: each value names the page of the vendor's documentation that says
 * so, all read on 2026-12-02. A value is left out if no such page was found, and `createSigner` then
 * does what is right for AWS. `waybill doctor` compares the values with what the store does.
 *
 * @module
 */

export interface HostedStore {
  readonly name: string
  /** Host names, whose subdomains belong to the store too. */
  readonly hosts: readonly string[]
  /** `put` if the store takes no forms that are signed as for S3. */
  readonly singleRequest?: 'post' | 'put'
  /** Whether `If-None-Match: *` prevents a second PUT. */
  readonly conditionalWrites?: boolean
  /** Whether objects have tags. */
  readonly tags?: boolean
}

export const HOSTED_STORES: readonly HostedStore[] = [
  {
    name: 'Cloudflare R2',
    hosts: ['r2.cloudflarestorage.com'],
    singleRequest: 'put', // https://developers.cloudflare.com/r2/api/s3/presigned-urls/
    conditionalWrites: true, // https://developers.cloudflare.com/r2/api/s3/conditional-operations/
    tags: false, // https://developers.cloudflare.com/r2/api/s3/api/
  },
  {
    name: 'Backblaze B2',
    hosts: ['backblazeb2.com'],
    singleRequest: 'put', // https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api
    conditionalWrites: false, // https://www.backblaze.com/apidocs/s3-put-object (its headers)
    tags: false, // https://www.backblaze.com/apidocs/s3-copy-object
  },
  {
    name: 'Tigris',
    hosts: ['t3.storage.dev', 'storage.tigris.dev'],
    singleRequest: 'post', // https://www.tigrisdata.com/docs/objects/upload-via-html-form/
    conditionalWrites: true, // https://www.tigrisdata.com/docs/objects/conditionals/
    tags: true, // https://www.tigrisdata.com/docs/api/s3/
  },
  {
    name: 'DigitalOcean Spaces',
    hosts: ['digitaloceanspaces.com'],
    tags: true, // https://docs.digitalocean.com/reference/api/spaces-api/
  },
  {
    name: 'Wasabi',
    hosts: ['wasabisys.com'],
    tags: true, // https://docs.wasabi.com/docs/object-tagging-with-the-wasabi-s3-api
  },
  {
    name: 'Google Cloud Storage',
    hosts: ['storage.googleapis.com'],
    singleRequest: 'put', // https://cloud.google.com/storage/docs/xml-api/post-object-forms
    conditionalWrites: false, // https://cloud.google.com/storage/docs/request-preconditions
  },
]

/** @returns `undefined` for AWS, for other stores, and for a custom domain of one of these. */
export function hostedStore(endpoint: string | undefined): HostedStore | undefined {
  if (endpoint === undefined || !URL.canParse(endpoint)) return undefined
  const { hostname } = new URL(endpoint)
  return HOSTED_STORES.find(({ hosts }) =>
    hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`)),
  )
}
