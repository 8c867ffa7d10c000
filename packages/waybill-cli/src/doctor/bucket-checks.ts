/**
 * What a bucket needs for uploads: keys that work, each permission, CORS, and safe settings. Nothing
 * is stored here: requests for permissions carry a wrong digest, or name what does not exist.
 *
 * @module
 */

import { isRecord, tryParseJson } from 'waybill/internal/protocol'
import {
  callOnce,
  isTaken,
  type SignedCall,
  type StoreResponse,
  shown,
} from 'waybill/internal/storage'
import { partitionOf } from 'waybill-s3/internal/bucket-url'
import { childOf, childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import {
  type Check,
  type CheckGroup,
  differs,
  type Finding,
  NO_ORIGIN,
  notSeen,
  ok,
} from './check.ts'
import { type Cause, isOpenPage, judge, objectUrl, seeCors, seePage } from './diagnosis.ts'
import { corsRule, jsonOf, readSetting, settingDiffers } from './fix.ts'
import type { BucketRun, Store } from './run.ts'
import { STORE_CHECKS } from './store-checks.ts'

const FIRST: readonly (readonly [cause: Cause, title: string])[] = [
  ['address', "The store's address"],
  ['clock', 'The clock'],
  ['region', 'The region'],
  ['keys', 'The keys'],
  ['bucket', 'The bucket'],
]

const FIRST_CHECKS: readonly Check<BucketRun>[] = FIRST.map(([cause, title]) => ({
  title,
  sent: 'a signed list of the bucket (ListObjectsV2)',
  fix: '',
  see: async (run) => judge(cause, await run.first()),
}))

interface Permission {
  readonly action: string
  readonly needed: string
  readonly essential?: true
  readonly onBucket?: true
  readonly call: (folder: string) => SignedCall
}

const WRONG_MD5 = { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }
/** No upload has this id, so S3 responds with `NoSuchUpload` if the permission is there. */
const upload = { uploadId: 'waybill-doctor' }

const PERMISSIONS: readonly [Permission, ...Permission[]] = [
  {
    action: 's3:PutObject',
    needed: 'every upload',
    essential: true,
    call: (folder) => ({ method: 'PUT', key: `${folder}put`, headers: WRONG_MD5, body: 'doctor' }),
  },
  {
    action: 's3:ListBucket',
    needed: 'telling a missing object from a forbidden one',
    essential: true,
    onBucket: true,
    call: (prefix) => ({ method: 'GET', query: { 'list-type': '2', 'max-keys': '1', prefix } }),
  },
  {
    action: 's3:GetObject',
    needed: 'comparing the stored object',
    essential: true,
    call: (folder) => ({ method: 'GET', key: `${folder}missing` }),
  },
  {
    action: 's3:ListMultipartUploadParts',
    needed: 'resuming large files',
    essential: true,
    call: (folder) => ({ method: 'GET', key: `${folder}parts`, query: upload }),
  },
  {
    action: 's3:AbortMultipartUpload',
    needed: 'canceling large files',
    essential: true,
    call: (folder) => ({ method: 'DELETE', key: `${folder}parts`, query: upload }),
  },
  {
    action: 's3:ListBucketMultipartUploads',
    needed: 'aborting an upload whose creation got no response',
    onBucket: true,
    call: (prefix) => ({ method: 'GET', query: { uploads: '', 'max-uploads': '1', prefix } }),
  },
  {
    action: 's3:PutObjectTagging',
    needed: 'pendingTag and tags',
    call: (folder) => ({
      method: 'PUT',
      key: `${folder}tagged`,
      headers: { ...WRONG_MD5, 'x-amz-tagging': 'waybill=pending' },
      body: 'doctor',
    }),
  },
  {
    action: 's3:GetObjectTagging',
    needed: 'verdicts in a page, and verifiedOnly',
    call: (folder) => ({ method: 'GET', key: `${folder}missing`, query: { tagging: '' } }),
  },
]

const PERMISSION_CHECKS = PERMISSIONS.map(
  (permission): Check<BucketRun> => ({
    title: permission.action,
    sent: `${sentBy(permission.call('…/'))}, which is allowed only with ${permission.action}`,
    fix: '',
    essential: permission.essential ?? false,
    see: (run) => seePermission(run, permission),
  }),
)

function sentBy({ method, key, query = {} }: SignedCall): string {
  const names = Object.keys(query).filter((name) => !/^(?:max-|prefix|list-type)/.test(name))
  return `${method} ${key ?? 'the bucket'}${names.length === 0 ? '' : `?${names.join('&')}`}`
}

async function seePermission(run: BucketRun, permission: Permission): Promise<Finding> {
  const { s3, folder } = run
  const { action, needed } = permission
  const reply = await callOnce(s3, permission.call(folder))
  const { status } = reply
  if (status === 0 || status >= 500) return notSeen(shown(reply))
  if (status !== 403) return ok(shown(reply))
  if (reply.code !== 'AccessDenied') return notSeen(shown(reply))
  // Without s3:ListBucket, S3 answers 403 for objects that do not exist.
  if (permission.call(folder).key?.endsWith('missing') && !isTaken((await run.first()).reply)) {
    return notSeen('403 AccessDenied, as for every missing object without s3:ListBucket')
  }
  const denial = await findDenial(run, action)
  if (denial) {
    const fix = `remove this statement from the bucket policy, or exempt the signer's role from it. ${action} is for ${needed}`
    return differs(`${shown(reply)}; the bucket policy denies it`, { fix, code: denial })
  }
  const why = /because (.{1,200})$/.exec(messageIn(reply))?.[1]
  const fix = /explicit deny/.test(why ?? '')
    ? `remove the deny that the response names. ${action} is for ${needed}`
    : `add this statement to the policy of the user or role that signs. ${action} is for ${needed}`
  const code = jsonOf({ Effect: 'Allow', Action: action, Resource: arnOf(run, permission) })
  return differs(`${shown(reply)}${why ? ` because ${why}` : ''}`, { fix, code })
}

function messageIn({ document }: StoreResponse): string {
  return (document && textOf(document, 'Message')) ?? ''
}

function arnOf({ s3 }: BucketRun, { onBucket }: Permission): string {
  const { bucket, region } = s3.location
  return `arn:${partitionOf(region).name}:s3:::${bucket}${onBucket ? '' : '/*'}`
}

/** Returns the first statement of the bucket policy that denies an action, as JSON. */
async function findDenial({ s3 }: BucketRun, action: string): Promise<string | undefined> {
  const reply = await callOnce(s3, { method: 'GET', query: { policy: '' } })
  const policy = isTaken(reply) ? tryParseJson(reply.text) : undefined
  const statements = isRecord(policy) ? [policy.Statement].flat() : []
  const found = statements.find(
    (each) =>
      isRecord(each) &&
      each.Effect === 'Deny' &&
      [each.Action].flat().some((pattern) => matches(String(pattern), action)),
  )
  return isRecord(found) ? jsonOf(found) : undefined
}

function matches(pattern: string, action: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 'i').test(action)
}

const PAGE_CHECKS: readonly Check<BucketRun>[] = [
  {
    title: 'The page',
    sent: 'nothing: the addresses of the page and of the store are compared',
    fix: '',
    essential: true,
    see: async ({ origin, s3 }) => {
      if (origin === undefined) return NO_ORIGIN
      return seePage(origin, s3.location.endpoint ?? 'https://s3.amazonaws.com')
    },
  },
  {
    title: "The page's origin in CORS",
    sent: 'OPTIONS for a POST and a PUT as a browser sends it, and a PUT with the Origin',
    fix: '',
    essential: true,
    see: async (run) => {
      const { s3, folder, origin } = run
      if (origin === undefined) return NO_ORIGIN
      if (isOpenPage(origin)) return notSeen('first comes the row above')
      const call = PERMISSIONS[0].call(folder)
      const url = await objectUrl(s3, call.key)
      const reply = await callOnce(s3, { ...call, headers: { ...call.headers, origin } })
      const { got, isAllowed } = await seeCors(s3, { origin, url, reply })
      return isAllowed ? ok(got) : settingDiffers(run, got, 'cors', corsRule(origin))
    },
  },
]

/** A check of a setting, which cannot be seen if the keys may not read it. */
function settingCheck(
  title: string,
  query: string,
  judgeSetting: (setting: XmlElement, run: BucketRun, got: string) => Finding | Promise<Finding>,
): Check<BucketRun> {
  return {
    title,
    sent: `GET ?${query}`,
    fix: '',
    see: async (run) => {
      const { reply, setting } = await readSetting(run, query)
      return setting ? judgeSetting(setting, run, shown(reply)) : notSeen(shown(reply))
    },
  }
}

const SETTING_CHECKS: readonly Check<BucketRun>[] = [
  settingCheck('Incomplete uploads', 'lifecycle', (setting, run, got) => {
    const days = childrenOf(setting, 'Rule').filter(coversAll(run)).flatMap(abortDays)
    if (days.length > 0) return ok(`aborted after ${Math.min(...days)} days`)
    return settingDiffers(run, `${got}: they stay, and cost money, for ever`, 'lifecycle', {
      ID: 'abort-incomplete-uploads',
      Status: 'Enabled',
      Filter: { Prefix: '' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    })
  }),
  {
    title: 'Public access',
    sent: 'GET ?publicAccessBlock, GET ?policyStatus',
    fix: '',
    see: async (run) => {
      const status = await callOnce(run.s3, { method: 'GET', query: { policyStatus: '' } })
      if (status.document && textOf(status.document, 'IsPublic') === 'true') {
        return differs('the bucket policy lets everyone in', {
          fix: 'remove the statements with "Principal": "*" from the bucket policy',
        })
      }
      return BLOCK_CHECK.see(run)
    },
  },
  settingCheck('Object ownership', 'ownershipControls', (setting, { s3 }) => {
    const rule = childOf(setting, 'Rule')
    const owner = (rule && textOf(rule, 'ObjectOwnership')) ?? 'ObjectWriter'
    if (owner === 'BucketOwnerEnforced') return ok(owner)
    const fix = 'turn ACLs off, so that only policies grant access'
    const code = `aws s3api put-bucket-ownership-controls --bucket ${s3.location.bucket} \\\n  --ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'`
    return differs(`${owner}: ACLs are on`, { fix, code })
  }),
  settingCheck('Versioning', 'versioning', (setting) => ok(textOf(setting, 'Status') ?? 'off')),
  {
    title: 'Encryption',
    sent: 'GET ?encryption',
    fix: '',
    see: async (run) => {
      const algorithm = await encryptionOf(run)
      return algorithm === undefined ? notSeen('these keys may not read it') : ok(algorithm)
    },
  },
]

const BLOCK_CHECK = settingCheck('Public access', 'publicAccessBlock', (setting, run, got) => {
  const off = Object.keys(BLOCKED).filter((name) => textOf(setting, name) !== 'true')
  if (off.length === 0) return ok('blocked')
  const said = `${got}; not blocked: ${off.join(', ')}`
  return settingDiffers(run, said, 'publicAccessBlock', BLOCKED)
})

const BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}

function coversAll({ prefix }: BucketRun) {
  return (rule: XmlElement): boolean => {
    const filter = childOf(rule, 'Filter') ?? rule
    const own = textOf(filter, 'Prefix') ?? (filter.children?.length ? undefined : '')
    return textOf(rule, 'Status') === 'Enabled' && own !== undefined && prefix.startsWith(own)
  }
}

function abortDays(rule: XmlElement): number[] {
  const abort = childOf(rule, 'AbortIncompleteMultipartUpload')
  return abort ? [Number(textOf(abort, 'DaysAfterInitiation'))] : []
}

/** Returns an origin without a wildcard from the bucket's CORS rules. */
export async function allowedOrigin(run: Pick<Store, 's3'>): Promise<string | undefined> {
  const { setting } = await readSetting(run, 'cors')
  return (setting ? childrenOf(setting, 'CORSRule') : [])
    .flatMap((rule) => childrenOf(rule, 'AllowedOrigin'))
    .map(({ text = '' }) => text)
    .find((origin) => URL.canParse(origin) && !origin.includes('*'))
}

export async function isAccelerated(run: Pick<Store, 's3'>): Promise<boolean> {
  const { setting } = await readSetting(run, 'accelerate')
  return setting !== undefined && textOf(setting, 'Status') === 'Enabled'
}

/** For example `aws:kms`. */
export async function encryptionOf(run: Pick<Store, 's3'>): Promise<string | undefined> {
  const { setting } = await readSetting(run, 'encryption')
  const rule = setting && childOf(setting, 'Rule')
  const byDefault = rule && childOf(rule, 'ApplyServerSideEncryptionByDefault')
  return byDefault && textOf(byDefault, 'SSEAlgorithm')
}

export const CONNECTION: CheckGroup<BucketRun> = {
  name: 'connection',
  checks: FIRST_CHECKS,
  first: true,
}
export const SETTINGS: CheckGroup<BucketRun> = { name: 'settings', checks: SETTING_CHECKS }

/** What `--bucket` examines. */
export const BUCKET_GROUPS: readonly CheckGroup<BucketRun>[] = [
  CONNECTION,
  { name: 'permissions', checks: PERMISSION_CHECKS },
  { name: 'page', checks: PAGE_CHECKS },
  SETTINGS,
  {
    name: 'what the store enforces',
    checks: STORE_CHECKS,
    unless: async (run) => {
      if (await run.canDelete()) return undefined
      return notSeen(
        'each of these checks stores a file, and these keys may not delete it again',
        'run this with keys that may list versions and delete them',
      )
    },
  },
]
