/**
 * Markup and script inside files that are signed as passive: the polyglots that are an image to one reader and a page
 * to another (`GIF89a/*<script>…`).
 *
 * Only the head is looked at. That covers how readers choose: browsers sniff the first 1,445 bytes, PDF readers want
 * their mark within the first 1,024. What hides further back needs a reader that ignores the type, and delivery with
 * `nosniff` is the answer to that.
 *
 * @see https://mimesniff.spec.whatwg.org/#reading-the-resource-header
 * @module
 */

/** What makes a browser, or a server that runs files by their content, take bytes for a program. */
const MARKUP = /<(?:!doctype\s+html|html|script|iframe|svg|\?php)[\s>/]/i

const PDF_MARK = /%PDF-\d/
const PDF_WINDOW = 1024
/** How far browsers sniff. Documents (PDF, Office) may hold markup of their own behind it, media may not. */
const SNIFF_WINDOW = 1445
const MEDIA = /^(?:image|audio|video|font)\//

/**
 * @param head - First bytes of the object.
 * @param type - Its signed type, a passive and binary one.
 * @returns What else these bytes can be read as, or `undefined`.
 */
export function otherReading(head: Uint8Array, type: string): string | undefined {
  // Latin-1 keeps one character per byte, so binary before the mark cannot hide it.
  const text = new TextDecoder('latin1').decode(head)
  const markup = MARKUP.exec(MEDIA.test(type) ? text : text.slice(0, SNIFF_WINDOW))
  if (markup) return `markup at byte ${markup.index}`
  if (type === 'application/pdf') return undefined
  const pdf = PDF_MARK.exec(text.slice(0, PDF_WINDOW))
  return pdf ? `a PDF document at byte ${pdf.index}` : undefined
}
