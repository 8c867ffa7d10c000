/**
 * Content types by file name extension. They are needed because every browser leaves the type of
 * some files empty, and Node never sets it.
 *
 * Types that a browser may execute are left out on purpose. For HTML, SVG or a script, the page
 * must set the type itself.
 *
 * @module
 */

/** Each entry is `extension`, or `extension:subtype` if the two differ. */
const TYPES = {
  image:
    'avif bmp gif heic heif jpeg jpg:jpeg jxl png psd:vnd.adobe.photoshop tif:tiff tiff ' +
    'webp dng:x-adobe-dng cr2:x-canon-cr2 arw:x-sony-arw nef:x-nikon-nef ' +
    'ico:vnd.microsoft.icon',
  video:
    '3gp:3gpp avi:x-msvideo m2ts:mp2t m4v:x-m4v mkv:x-matroska mov:quicktime mp4 mpeg ' +
    'mpg:mpeg mts:mp2t ogv:ogg webm wmv:x-ms-wmv',
  audio:
    'aac aif:x-aiff aiff:x-aiff amr flac m4a:mp4 mid:midi mp3:mpeg oga:ogg ogg opus:ogg ' +
    'wav weba:webm wma:x-ms-wma',
  text:
    'csv ics:calendar log:plain markdown md:markdown tsv:tab-separated-values txt:plain ' +
    'vcf:vcard vtt',
  application:
    'srt:x-subrip json geojson:geo+json yaml yml:yaml toml pdf epub:epub+zip rtf ' +
    'doc:msword xls:vnd.ms-excel ppt:vnd.ms-powerpoint ' +
    'docx:vnd.openxmlformats-officedocument.wordprocessingml.document ' +
    'xlsx:vnd.openxmlformats-officedocument.spreadsheetml.sheet ' +
    'pptx:vnd.openxmlformats-officedocument.presentationml.presentation ' +
    'odt:vnd.oasis.opendocument.text ods:vnd.oasis.opendocument.spreadsheet ' +
    'odp:vnd.oasis.opendocument.presentation pages:vnd.apple.pages ' +
    'numbers:vnd.apple.numbers parquet:vnd.apache.parquet 7z:x-7z-compressed bz2:x-bzip2 ' +
    'gz:gzip rar:vnd.rar tar:x-tar xz:x-xz zip zst:zstd',
  font: 'otf ttf woff woff2',
  model: 'glb:gltf-binary stl gltf:gltf+json usdz:vnd.usdz+zip',
}

export const CONTENT_TYPES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(TYPES).flatMap(([type, entries]) =>
    entries.split(' ').map((entry) => {
      const [extension = '', subtype = extension] = entry.split(':')
      return [extension, `${type}/${subtype}`]
    }),
  ),
)

export function typeOfName(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  return Object.hasOwn(CONTENT_TYPES, extension) ? (CONTENT_TYPES[extension] ?? '') : ''
}
