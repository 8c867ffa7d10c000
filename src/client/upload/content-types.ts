/**
 * Content types by file name extension, for files that come without one. Loaded when the first such
 * file is uploaded.
 *
 * Browsers leave the type of many files empty, and differ in which; Node leaves all. What may be
 * run is not in the table: a page says itself when it means HTML, SVG or a script.
 *
 * @module
 */

const OFFICE = 'application/vnd.openxmlformats-officedocument.'
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument.'

/** Extension in lower case → content type. */
export const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ...{ avif: 'image/avif', bmp: 'image/bmp', gif: 'image/gif', heic: 'image/heic' },
  ...{ heif: 'image/heif', jpeg: 'image/jpeg', jpg: 'image/jpeg', jxl: 'image/jxl' },
  ...{ png: 'image/png', psd: 'image/vnd.adobe.photoshop', tif: 'image/tiff', tiff: 'image/tiff' },
  ...{ webp: 'image/webp', dng: 'image/x-adobe-dng', cr2: 'image/x-canon-cr2' },
  ...{ arw: 'image/x-sony-arw', nef: 'image/x-nikon-nef', ico: 'image/vnd.microsoft.icon' },
  ...{ '3gp': 'video/3gpp', avi: 'video/x-msvideo', m2ts: 'video/mp2t', m4v: 'video/x-m4v' },
  ...{ mkv: 'video/x-matroska', mov: 'video/quicktime', mp4: 'video/mp4', mpeg: 'video/mpeg' },
  ...{ mpg: 'video/mpeg', mts: 'video/mp2t', ogv: 'video/ogg', webm: 'video/webm' },
  ...{ wmv: 'video/x-ms-wmv', aac: 'audio/aac', aif: 'audio/x-aiff', aiff: 'audio/x-aiff' },
  ...{ amr: 'audio/amr', flac: 'audio/flac', m4a: 'audio/mp4', mid: 'audio/midi' },
  ...{ mp3: 'audio/mpeg', oga: 'audio/ogg', ogg: 'audio/ogg', opus: 'audio/ogg' },
  ...{ wav: 'audio/wav', weba: 'audio/webm', wma: 'audio/x-ms-wma' },
  ...{ csv: 'text/csv', ics: 'text/calendar', log: 'text/plain', markdown: 'text/markdown' },
  ...{ md: 'text/markdown', tsv: 'text/tab-separated-values', txt: 'text/plain' },
  ...{ vcf: 'text/vcard', vtt: 'text/vtt', srt: 'application/x-subrip' },
  ...{ json: 'application/json', geojson: 'application/geo+json', yaml: 'application/yaml' },
  ...{ yml: 'application/yaml', toml: 'application/toml', pdf: 'application/pdf' },
  ...{ epub: 'application/epub+zip', rtf: 'application/rtf', doc: 'application/msword' },
  ...{ xls: 'application/vnd.ms-excel', ppt: 'application/vnd.ms-powerpoint' },
  ...{ docx: `${OFFICE}wordprocessingml.document`, xlsx: `${OFFICE}spreadsheetml.sheet` },
  ...{ pptx: `${OFFICE}presentationml.presentation`, odt: `${OPEN_DOCUMENT}text` },
  ...{ ods: `${OPEN_DOCUMENT}spreadsheet`, odp: `${OPEN_DOCUMENT}presentation` },
  ...{ pages: 'application/vnd.apple.pages', numbers: 'application/vnd.apple.numbers' },
  parquet: 'application/vnd.apache.parquet',
  ...{ '7z': 'application/x-7z-compressed', bz2: 'application/x-bzip2', gz: 'application/gzip' },
  ...{ rar: 'application/vnd.rar', tar: 'application/x-tar', xz: 'application/x-xz' },
  ...{ zip: 'application/zip', zst: 'application/zstd', otf: 'font/otf', ttf: 'font/ttf' },
  ...{ woff: 'font/woff', woff2: 'font/woff2', glb: 'model/gltf-binary', stl: 'model/stl' },
  ...{ gltf: 'model/gltf+json', usdz: 'model/vnd.usdz+zip' },
}

/** Returns the content type of a file name; `''` where its extension is not known. */
export function typeOfName(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  return Object.hasOwn(CONTENT_TYPES, extension) ? (CONTENT_TYPES[extension] ?? '') : ''
}
