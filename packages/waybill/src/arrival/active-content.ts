/**
 * Finds markup and scripts in files that were signed as a passive type. Such polyglots are an image
 * to one reader and a page to another (`GIF89a/*<script>…`, `<!--ftypmp42--><img onerror=…>`).
 *
 * There are two checks. First, would a browser take the file for a page if its type were lost? The
 * first bytes decide that, according to the MIME Sniffing standard. Second, would anything run if
 * the file were served as a page, or by a server with PHP? Such markup can be anywhere, but only
 * the head of the file is searched. Browsers ignore markup further back as long as the file is
 * delivered with `nosniff`.
 *
 * Compressed images contain every short byte sequence sooner or later. Patterns that can match
 * anywhere are therefore long enough not to match by chance.
 *
 * @see https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
 * @module
 */

/**
 * The standard's table of scriptable types, in its order, matched case-insensitively. The standard
 * requires a tag-terminating byte after all of them except `<!--` and `<?xml`. Chromium does not:
 * `<p\x80\x80ftypmp42` is an MP4, but Chromium treats it as a page.
 *
 * @see https://source.chromium.org/chromium/chromium/src/+/main:net/base/mime_sniffer.cc
 */
const SNIFFED =
  /^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--|\?xml)/i

/** Matches any other element, declaration or end tag. No media file starts with one. */
const TAG_OR_DECLARATION = /^<[a-z!?/][\t\n\f\r -~]{6}/i

/** Elements that on their own run scripts, load or embed content, submit data or navigate. */
const ELEMENT =
  /<(?:!doctype\s+html|html|body|script|iframe|frameset|object|embed|svg|img|meta|base|link|form|style)[\t\n\f\r />]/i
/**
 * Matches `href=javascript:`, even if parts of it are character references or if it contains
 * characters that URLs ignore. Other links are allowed, because many podcasts contain links in
 * their description. No two whitespace loops are adjacent. Otherwise a crafted file could keep the
 * regular expression busy for minutes.
 */
const SCRIPT_URL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers skip them before a URL
  /(?:href|action)[\t\n\f\r ]*=[\x01-\x20]*(?:["'][\x01-\x20]*)?(?:j[\t\n\r]*[a&]|&(?:#|tab|newline))/i
/**
 * Matches an event handler such as `onerror=` wherever an attribute can begin. It counts only after
 * the first tag, of whichever kind.
 */
const HANDLER = /[\t\n\f\r "'/]on[a-z]{3,}[\t\n\f\r ]*=/i
const TAG = /<[a-z]/i
/**
 * `<?=` and `<?` are only three and two bytes long, so text must follow them to rule out chance
 * matches.
 */
const PHP = /<\?(?:php[\s(]|[=\s][\t\n\r -~]{8})/i

const PDF_MARK = /%PDF-\d/
const PDF_WINDOW = 1024
/**
 * Browsers sniff this many bytes. Beyond them, documents (PDF, Office) may contain markup, but media
 * may not.
 */
const SNIFF_WINDOW = 1445
const MEDIA = /^(?:image|audio|video|font)\//

/**
 * @param head - The first bytes of the object.
 * @param type - The signed type, which is passive and binary.
 * @returns What else the bytes can be read as, or `undefined`.
 */
export function otherReading(head: Uint8Array, type: string): string | undefined {
  // Latin-1 maps each byte to one character, so that binary data cannot hide a pattern.
  const text = new TextDecoder('latin1').decode(head)
  const media = MEDIA.test(type)
  // Skips a UTF-8 byte order mark and what the standard calls whitespace bytes.
  const start = text.replace(/^(?:\xef\xbb\xbf)?[\t\n\f\r ]*/, '')
  if (SNIFFED.test(start) || (media && TAG_OR_DECLARATION.test(start))) return 'markup at its start'
  const markup = markupAt(media ? text : text.slice(0, SNIFF_WINDOW))
  if (markup !== undefined) return `markup at byte ${markup}`
  if (type === 'application/pdf') return undefined
  const pdf = PDF_MARK.exec(text.slice(0, PDF_WINDOW))
  return pdf ? `a PDF document at byte ${pdf.index}` : undefined
}

function markupAt(text: string): number | undefined {
  const found = ELEMENT.exec(text) ?? PHP.exec(text)
  if (found) return found.index
  const tag = TAG.exec(text)?.index
  if (tag === undefined) return undefined
  const rest = text.slice(tag)
  return HANDLER.test(rest) || SCRIPT_URL.test(rest) ? tag : undefined
}
