/**
 * Content types with several names. Browsers derive the name from the file extension and
 * `file-type` from the bytes, and the two do not always agree: `audio/x-m4a` and `audio/mp4` are
 * the same container.
 *
 * Each line extends what a signed type accepts. It must therefore list only names of the same
 * container, never an image next to a document, and never anything that a browser would run.
 *
 * @module
 */

const FAMILIES: readonly (readonly string[])[] = [
  ['image/jpeg', 'image/jpg', 'image/pjpeg'],
  ['image/png', 'image/apng', 'image/x-png'],
  ['image/bmp', 'image/x-bmp', 'image/x-ms-bmp'],
  ['image/x-icon', 'image/vnd.microsoft.icon'],
  ['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence'],
  ['image/tiff', 'image/x-adobe-dng', 'image/x-nikon-nef', 'image/x-sony-arw'],
  ['image/vnd.adobe.photoshop', 'image/x-photoshop', 'application/x-photoshop'],
  ['video/mp4', 'video/x-m4v', 'audio/mp4', 'audio/x-m4a', 'audio/m4a', 'application/mp4'],
  // QuickTime and MP4 have the same structure, and cameras use either name for both.
  ['video/mp4', 'video/quicktime', 'video/x-m4v'],
  ['video/3gpp', 'audio/3gpp', 'video/3gpp2', 'audio/3gpp2'],
  ['video/webm', 'audio/webm', 'video/matroska', 'video/x-matroska', 'audio/x-matroska'],
  ['video/ogg', 'audio/ogg', 'audio/opus', 'application/ogg'],
  ['video/vnd.avi', 'video/x-msvideo', 'video/avi', 'video/msvideo'],
  ['video/mpeg', 'video/mp1s', 'video/mp2p'],
  ['video/mp2t', 'video/vnd.dlna.mpeg-tts'],
  [
    'video/x-ms-asf',
    'video/x-ms-wmv',
    'audio/x-ms-wma',
    'audio/x-ms-asf',
    'application/vnd.ms-asf',
  ],
  ['audio/mpeg', 'audio/mp3', 'audio/x-mp3', 'audio/mpeg3'],
  ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'],
  ['audio/aac', 'audio/x-aac', 'audio/aacp'],
  ['audio/flac', 'audio/x-flac'],
  ['audio/aiff', 'audio/x-aiff'],
  ['audio/midi', 'audio/x-midi', 'audio/mid'],
  ['application/zip', 'application/x-zip-compressed', 'application/x-zip'],
  ['application/gzip', 'application/x-gzip'],
  ['application/x-rar-compressed', 'application/vnd.rar', 'application/x-rar'],
  ['application/x-bzip2', 'application/x-bzip'],
  ['application/rtf', 'text/rtf'],
  ['application/xml', 'text/xml'],
  ['application/postscript', 'application/eps', 'image/x-eps'],
  ['application/x-cfb', 'application/msword', 'application/vnd.ms-excel'],
  ['application/x-cfb', 'application/vnd.ms-powerpoint', 'application/vnd.ms-outlook'],
  ['font/ttf', 'application/x-font-ttf', 'font/sfnt'],
  ['font/otf', 'application/x-font-otf', 'font/sfnt'],
  ['font/woff', 'application/font-woff'],
]

/** Documents that are ZIP archives. The head of a large one shows only that it is a ZIP archive. */
const ZIP_DOCUMENT =
  /^application\/(?:epub\+zip|java-archive|vnd\.android\.package-archive|vnd\.(?:openxmlformats-officedocument|oasis\.opendocument|apple)\..+|vnd\.ms-.+\.macroenabled\.12)$/

/**
 * Returns whether content detected as `detected` can be stored as `signed`. Both must be in lower
 * case, without parameters.
 */
export function isSameContentType(signed: string, detected: string): boolean {
  if (signed === detected) return true
  if (detected === 'application/zip' && ZIP_DOCUMENT.test(signed)) return true
  return FAMILIES.some((family) => family.includes(signed) && family.includes(detected))
}

/** Returns the signed type, followed by all other names for its containers. */
export function namesOf(signed: string): readonly string[] {
  return [signed, ...FAMILIES.filter((family) => family.includes(signed)).flat()]
}
