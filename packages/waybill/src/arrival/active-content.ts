/**
 * Finds markup and scripts in files signed as a passive type: polyglots, which are an image to one
 * reader and a page to another (`GIF89a/*<script>…`, `<!--ftypmp42--><img onerror=…>`).
 *
 * Two questions are asked. What would a browser take the file for if its type were lost? The first
 * bytes decide that, by the rules of the standard. And what would run if the file were served as a
 * page, or by a server with PHP? That can be anywhere, but only the head is searched. Markup
 * further back needs a reader that ignores the type, which `nosniff` on delivery prevents.
 *
 * Compressed images contain every short byte sequence sooner or later. Patterns searched for
 * anywhere are therefore long: each matches fewer than one in 50,000 files of random bytes.
 * Patterns for the start match one in 10,000 files of a type without a magic number.
 *
 * @see https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
 * @module
 */

/**
 * The standard's table of scriptable types, in its order: case-insensitive, after whitespace. The
 * standard requires a tag-terminating byte after all of them except `<!--` and `<?xml`. Chromium
 * does not: `<p\x80\x80ftypmp42` is an MP4, and a page to Chromium.
 *
 * @see https://source.chromium.org/chromium/chromium/src/+/main:net/base/mime_sniffer.cc
 */
const SNIFFED =
  /^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--|\?xml)/i

/**
 * Any other element, declaration or end tag, for media types with a magic number or with test samples.
 */
const TAG_OR_DECLARATION = /^<[a-z!?/][\t\n\f\r -~]{6}/i

/** Elements that by themselves run scripts, load or embed content, submit data or navigate. */
const ELEMENT =
  /<(?:!doctype\s+html|html|body|script|iframe|frameset|object|embed|svg|img|meta|base|link|form|style)[\t\n\f\r />]/i
/**
 * `href=javascript:`, also if partly written as character references or with characters that URLs
 * ignore. Other links are allowed: many podcasts have them in their description. No two loops over
 * whitespace are adjacent; otherwise a crafted file could take minutes.
 */
const SCRIPT_URL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers skip them before a URL
  /(?:href|action)[\t\n\f\r ]*=[\x01-\x20]*(?:["'][\x01-\x20]*)?(?:j[\t\n\r]*[a&]|&(?:#|tab|newline))/i
/**
 * `onerror=` where an attribute may begin. It counts only after the first tag, whichever that is.
 */
const HANDLER = /[\t\n\f\r "'/]on[a-z]{3,}[\t\n\f\r ]*=/i
const TAG = /<[a-z]/i
/** `<?=` and `<?` are only three and two bytes long, so text must follow them. */
const PHP = /<\?(?:php[\s(]|[=\s][\t\n\r -~]{8})/i

const PDF_MARK = /%PDF-\d/
const PDF_WINDOW = 1024
/**
 * How many bytes browsers sniff. Documents (PDF, Office) may contain markup after them; media may
 * not.
 */
const SNIFF_WINDOW = 1445
const MEDIA = /^(?:image|audio|video|font)\//

/**
 * @param head - First bytes of the object.
 * @param type - Its signed type: passive and binary.
 * @returns What else these bytes can be read as, or `undefined`.
 */
export function otherReading(head: Uint8Array, type: string): string | undefined {
  // Latin-1 maps each byte to one character, so binary data before a magic number cannot hide it.
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
