/**
 * Finds markup and script inside files that are signed as passive: polyglots, which are an image to
 * one reader and a page to another (`GIF89a/*<script>…`, `<!--ftypmp42--><img onerror=…>`).
 *
 * There are two questions. First: what would a browser take the file for if its type were lost? The
 * first bytes decide that, by the rules of the standard. Second: what would run if the file were
 * served as a page, or by a server that runs PHP? That may be anywhere in the file, but only the
 * head is searched. Markup further back needs a reader that ignores the type; delivery with
 * `nosniff` prevents that.
 *
 * Compressed pictures contain every short sequence of bytes sooner or later. So the patterns that
 * are searched for anywhere are long: each is found in fewer than one of 50,000 files of random
 * bytes. The patterns for the start alone are found in one of 10,000, of types without a mark.
 *
 * @see https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
 * @module
 */

/**
 * The standard's table of scriptable types, in its order: after whitespace, any case. The standard
 * wants a tag-terminating byte behind all but `<!--` and `<?xml`. Chromium wants none:
 * `<p\x80\x80ftypmp42` is an mp4 and a page to it.
 *
 * @see https://source.chromium.org/chromium/chromium/src/+/main:net/base/mime_sniffer.cc
 */
const SNIFFED =
  /^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--|\?xml)/i

/** Any other element, declaration or end tag, where media have a mark of their own or samples. */
const TAG_OR_DECLARATION = /^<[a-z!?/][\t\n\f\r -~]{6}/i

/** Elements that run, load, embed, send or lead elsewhere by themselves. */
const ELEMENT =
  /<(?:!doctype\s+html|html|body|script|iframe|frameset|object|embed|svg|img|meta|base|link|form|style)[\t\n\f\r />]/i
/**
 * `href=javascript:`, also with a part of it in character references or behind what URLs ignore.
 * Other links are in the descriptions of many podcasts. No two loops over spaces meet: uploaders
 * could make them take minutes.
 */
const SCRIPT_URL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers skip them before a URL
  /(?:href|action)[\t\n\f\r ]*=[\x01-\x20]*(?:["'][\x01-\x20]*)?(?:j[\t\n\r]*[a&]|&(?:#|tab|newline))/i
/** `onerror=`, where an attribute may begin. It counts behind the first tag, which may be any. */
const HANDLER = /[\t\n\f\r "'/]on[a-z]{3,}[\t\n\f\r ]*=/i
const TAG = /<[a-z]/i
/** `<?=` and `<?` alone are three and two bytes: text must follow. */
const PHP = /<\?(?:php[\s(]|[=\s][\t\n\r -~]{8})/i

const PDF_MARK = /%PDF-\d/
const PDF_WINDOW = 1024
/**
 * How far browsers sniff. Documents (PDF, Office) may hold markup of their own behind it, media may
 * not.
 */
const SNIFF_WINDOW = 1445
const MEDIA = /^(?:image|audio|video|font)\//

/**
 * @param head - First bytes of the object.
 * @param type - Its signed type, a passive and binary one.
 * @returns The other kind of file that these bytes can be read as, or `undefined`.
 */
export function otherReading(head: Uint8Array, type: string): string | undefined {
  // Latin-1 keeps one character per byte, so binary before the mark cannot hide it.
  const text = new TextDecoder('latin1').decode(head)
  const media = MEDIA.test(type)
  // Behind a UTF-8 byte order mark, and what the standard calls whitespace bytes.
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
