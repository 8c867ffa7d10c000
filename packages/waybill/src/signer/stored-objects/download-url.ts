/**
 * Signs a link to a stored object, and decides how browsers treat it: which content type S3 sends,
 * and whether the object is displayed or saved.
 *
 * The uploader chooses bytes, type and name, so a link must never lead to content that a browser
 * would run on the storage's origin. Active types are sent as `application/octet-stream` and saved.
 *
 * @module
 */

import { safeFileName } from 'waybill-s3'
import { MAX_EXPIRES_IN_SECONDS } from 'waybill-s3/internal/presigned-expiration'
import { baseContentType, isContentType } from '../../protocol/base-content-type.ts'
import { isActiveType } from '../../protocol/content-type.ts'
import type { Disposition } from '../../protocol/messages.ts'
import type { ReceiptExpectation } from '../../seal/read-receipt.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { SignDownload } from '../context/signer-options.ts'
import { type FoundObject, findObject, type ObjectReference, readReference } from './find-object.ts'
import { checkVerified } from './read-verdict.ts'

/** Options for `signer.downloadUrl`. */
export interface DownloadOptions extends ReceiptExpectation {
  /**
   * How long the URL is valid, from 1 to 604,800 seconds.
   * @default 300
   */
  readonly expiresInSeconds?: number
  /**
   * `inline` applies only to images, audio, video, plain text and PDF. All other types are saved.
   * @default 'attachment'
   */
  readonly disposition?: Disposition
  /**
   * The name under which browsers save the file.
   * @default the uploaded file's name
   */
  readonly name?: string
}

/** A signed URL for one object. Anyone who has the URL can read the object. */
export interface DownloadUrl {
  readonly url: string
  readonly expiration: Date
}

const DEFAULT_EXPIRES_IN_SECONDS = 300

export async function downloadUrl(
  context: SignerContext,
  reference: ObjectReference,
  options: DownloadOptions,
): Promise<DownloadUrl> {
  const { expiresInSeconds, disposition, name } = readOptions(options)
  const found = await findObject(context, await readReference(context, reference, options))
  await checkVerified(context, found)
  return signFound(context, found, { expiresInSeconds, disposition, ...name })
}

interface LinkTerms {
  readonly expiresInSeconds: number
  /** @default 'attachment' */
  readonly disposition: Disposition | undefined
  /** @default the uploaded file's name */
  readonly name?: string
}

export async function signFound(
  context: SignerContext,
  { key, versionId, object, waybill }: FoundObject,
  { expiresInSeconds, disposition, name = waybill.name }: LinkTerms,
): Promise<DownloadUrl> {
  const { s3, signDownload, ask, now, report } = context
  const { contentType, contentDisposition } = deliveryOf(object.type, disposition, name)
  const version = versionId === undefined ? {} : { versionId }
  const query = {
    ...version,
    'response-content-type': contentType,
    'response-content-disposition': contentDisposition,
  }
  const { url, expiration } = signDownload ? await signWith(signDownload) : await presign()
  const { rule, owner } = waybill
  const whose = owner === undefined ? {} : { owner }
  const { size } = object
  report?.({ type: 'link', rule, key, ...version, ...whose, size, contentType, expiration })
  return { url, expiration }

  async function presign(): Promise<DownloadUrl> {
    const credentials = await s3.credentials()
    return s3.presigner.presignUrl({ method: 'GET', credentials, key, query, expiresInSeconds })
  }

  async function signWith(sign: SignDownload): Promise<DownloadUrl> {
    const expiration = new Date(now().getTime() + expiresInSeconds * 1000)
    const url = await ask('signDownload', async () => {
      const signed: unknown = await sign({ key, query, expiration })
      if (typeof signed === 'string' && URL.canParse(signed)) return signed
      throw new TypeError(`signDownload returned ${typeof signed}, expected a URL as text`)
    })
    return { url, expiration }
  }
}

function readOptions({ expiresInSeconds, disposition, name }: DownloadOptions) {
  const seconds = expiresInSeconds ?? DEFAULT_EXPIRES_IN_SECONDS
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_EXPIRES_IN_SECONDS) {
    throw new RangeError(
      `expiresInSeconds is ${seconds}, expected a whole number from 1 to ${MAX_EXPIRES_IN_SECONDS}`,
    )
  }
  const how = disposition ?? 'attachment'
  if (how !== 'attachment' && how !== 'inline') {
    throw new TypeError(`disposition is '${how}', expected 'attachment' or 'inline'`)
  }
  if (name !== undefined && typeof name !== 'string') {
    throw new TypeError(`name is ${typeof name}, expected text`)
  }
  return { expiresInSeconds: seconds, disposition: how, name: name === undefined ? {} : { name } }
}

/** Response headers that S3 sends instead of those stored with the object. */
interface Delivery {
  readonly contentType: string
  readonly contentDisposition: string
}

/** Browsers always save this type and do not guess another one. */
const OPAQUE = 'application/octet-stream'

/**
 * Types that browsers display without running them. PDF is included because browsers open it in a
 * viewer with its own origin, so scripts in it reach neither the page nor its cookies. All other
 * types are saved, even JSON and CSS, because there is little to see.
 */
const SHOWN = new RegExp(
  '^(?:(?:audio|video)/.+|text/plain|application/pdf|' +
    'image/(?:a?png|jpeg|gif|webp|avif|jxl|hei[cf]|bmp|tiff|x-icon|vnd\\.microsoft\\.icon))$',
)

/**
 * @param type - The stored content type, which the uploader chose among the rule's types.
 * @param requested - `inline` applies only to types that browsers display without running them.
 * @param name - The file name. Any string is allowed.
 */
export function deliveryOf(
  type: string,
  requested: Disposition | undefined,
  name: string,
): Delivery {
  const base = baseContentType(type)
  const isSafe = isContentType(base) && !isActiveType(base)
  const disposition = isSafe && requested === 'inline' && SHOWN.test(base) ? 'inline' : 'attachment'
  return {
    contentType: isSafe ? withCharset(base) : OPAQUE,
    contentDisposition: `${disposition}; ${fileNameParameters(safeFileName(name))}`,
  }
}

/** Without a charset, browsers often guess the wrong encoding. */
function withCharset(type: string): string {
  return type === 'text/plain' ? `${type}; charset=utf-8` : type
}

/**
 * Encodes the name in ASCII and, if that loses characters, also in UTF-8.
 *
 * @param name - Must not contain quotes, backslashes or control characters.
 * @see https://www.rfc-editor.org/rfc/rfc6266#section-4.3
 */
function fileNameParameters(name: string): string {
  const ascii = name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^ -~]/gu, '_')
  const plain = `filename="${ascii}"`
  return ascii === name ? plain : `${plain}; filename*=UTF-8''${extendedValue(name)}`
}

/** @see https://www.rfc-editor.org/rfc/rfc8187#section-3.2.1 */
function extendedValue(text: string): string {
  // `encodeURIComponent` does not encode these three characters, which the RFC does not allow. It
  // does not encode `*` either, but safe names never contain it.
  return encodeURIComponent(text).replace(/['()]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
}
