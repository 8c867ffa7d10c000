/**
 * Which content types a rule's list allows, and which are active: no wildcard covers those.
 *
 * @module
 */

import { isContentType } from './base-content-type.ts'

/** Returns whether a value is a content type or a wildcard such as `image/*`, as rules list them. */
export function isTypePattern(value: unknown): value is string {
  if (typeof value !== 'string') return false
  return value === '*/*' || isContentType(value.replace(/\/\*$/, '/x'))
}

/**
 * Returns whether a rule's list allows a content type. Executable content (HTML, SVG, XML, scripts,
 * programs) is allowed only by its exact name.
 *
 * @param allowed - Exact types, wildcards such as `image/*`, or the wildcard for all types.
 * @param type - Lower case, without parameters.
 */
export function allowsContentType(allowed: readonly string[], type: string): boolean {
  if (!isContentType(type)) return false
  if (allowed.includes(type)) return true
  if (isActiveType(type)) return false
  const family = type.slice(0, type.indexOf('/'))
  return allowed.includes(`${family}/*`) || allowed.includes('*/*')
}

/** Script languages, as they appear in `application/x-…`, `text/x-…` and `text/x-script.…`. */
const LANGUAGES = [
  ...['sh', 'shar', 'bash', 'bsh', 'csh', 'ksh', 'tcsh', 'zsh', 'fish', 'nu', 'perl', 'php\\d?'],
  ...['python\\d?', 'python-code', 'ruby', 'markaby', 'tcl', 'powershell', 'ps1', 'bat', 'cmd'],
  ...['msdos-batch', 'asp', 'aspx', 'asa', 'jsp', 'cgi', 'vb[es]?', 'ms-regedit', 'wsf', 'wsh'],
  ...[
    'wsc',
    'sct',
    'scpt',
    'lua',
    '[jt]sx',
    'groovy',
    'awk',
    'dart',
    'm4',
    'phar',
    'pyz',
    'gradle',
  ],
  ...['scons', 'sagemath'],
]

/**
 * Programs, packages, and files that start or configure something, as they appear in
 * `application/x-…`.
 */
const PROGRAMS = [
  ...[
    'elf',
    'exe',
    'winexe',
    'dosexec',
    'efi',
    'object',
    'wasm',
    'dex',
    'nautilus-link',
    'win-lnk',
  ],
  ...['mach-(?:binary|o(?:-binary)?)', 'msdos-program', 'msdownload', 'ms[ipt]', 'ms-shortcut'],
  ...[
    'ms-application',
    'ms-xbap',
    'silverlight(?:-app|-2)?',
    'jar',
    'class-file',
    'gnome-app-info',
  ],
  ...['java(?:-(?:archive|applet|bean|vm|jnlp-file|class|pack200))?', 'director', 'futuresplash'],
  ...['shockwave-flash', '(?:google-)?chrome-extension', 'opera-extension', 'desktop', 'theme'],
  ...['internet-shortcut', 'internet-signup', 'mswebsite', 'hta', 'chm', 'winhlp', 'mimearchive'],
  ...['(?:source-)?rpm', 'redhat-package-manager', 'deb', 'slp', 'n(?:uget|upkg)', 'cab', 'asar'],
  ...['ns-proxy-autoconfig', 'javascript-config', 'x509-(?:ca|user)-cert', 'signed-exchange'],
  ...['apple-aspen-(?:config|mobileprovision)', 'webbundle', 'webarchive', 'ios-app', 'node'],
  ...['(?:msix|appx)(?:bundle)?', 'ms-manifest', 'ms-vsto', 'vsix', 'widget', 'xll', 'xar', 'pkg'],
  ...['rdp', 'ica', 'settingcontent-ms', 'search-ms', 'library-ms', 'appimage'],
  ...['flatpak', 'xdgapp', 'webloc', 'inetloc', 'fileloc', 'mswinurl', 'newton-compatible-pkg'],
  ...['windows-themepack', 'suse-ymp', 'modrinth-modpack\\+zip', 'bytecode\\.python'],
  // Opening one of these mounts a disk whose contents look like the user's own files.
  ...['iso9660', 'compressed-iso', 'mame-chd', 'ovf', 'virtualbox-.+', '(?:ms-)?wim', 'vhdx?'],
  ...['vmdk', 'vdi', 'squashfs', 'qcow2?', 'dmg', 'amiga-disk-format', '(?:fd|hfe|sap)-file'],
  ...['wbfs', 'wii-.+', 'wia'],
  ...['scr', 'm(?:s-?access|db)', 'palm-database', 'openvpn-profile', 'cisco-vpn-settings'],
]

/** Words that give away a program, package or disk image, or an Office document with macros. */
const WORDS = [
  ...[
    'executable',
    'shared-?lib',
    'byte-?code',
    'install',
    'package(?:-archive)?$',
    'macroenabled',
  ],
  ...[
    '(?<!post|ghost)script(?:file)?(?:\\.|$)',
    '(?:app|cd|disk|floppy|iso|iso9660|sap)-?image',
    '[-.]rom$',
  ],
  ...['-disk$'],
]

/**
 * @see https://mimesniff.spec.whatwg.org/#mime-type-groups
 * @see https://mimesniff.spec.whatwg.org/#mime-type-sniffing-algorithm for the two unknown types
 */
const ACTIVE = [
  /\/(?:[^/]*[.+-])?x?html$|^text\/webviewhtml$/,
  /[/.-]xml$|^text\/xsl$|\+xml(?:-compressed)?$|^image\/svg$/,
  // Aliases of types that end with +xml.
  /\/(?:x-)?(?:xml-)?(?:dtd|fictionbook|gpx|mathml|opml|rdf|rss|smil|xliff)$/,
  /xml-external-parsed-entity$|\/x-(?:mozilla|netscape)-bookmarks$/,
  /^(?:text|application)\/(?:x-)?(?:java|ecma)script$/,
  /^text\/(?:javascript1\.[0-5]|livescript|(?:x-)?scriptlet|x-component|cache-manifest)$/,
  /^(?:text|application)\/vnd\.wap\.wmlscriptc?$/,
  /^(?:multipart|message)\//,
  /^(?:application|unknown)\/(?:unknown|x-unknown-content-type)$/,
  new RegExp(
    `^(?:text|application)/(?:x-)?(?:script\\.)?(?:${LANGUAGES.join('|')})(?:\\.encode)?$`,
  ),
  /^application\/x-httpd-/,
  new RegExp(`^application/(?:x-|vnd\\.)?(?:${PROGRAMS.join('|')})$`),
  new RegExp(`^(?:text|application)/.*(?:${WORDS.join('|')})`),
  /^application\/vnd\.(?:ms-(?:htmlhelp|cab-compressed)|adobe\.flash\.movie|snap|android\.dex|palm)$/,
  /^application\/vnd\.(?:flatpak\.re(?:f|po)|efi\.i(?:so|mg)|ms-(?:appx|msix)(?:bundle)?|rim\.cod)$/,
  /^(?:x-epoc|zz-application)\/|\/(?:spreadsheet|vnd\.sun\.j2me\.app-descriptor|x\.systemd-.+ext)$/,
  /^application\/vnd\.(?:osgi\.(?:bundle|dp|subsystem)|openofficeorg\.extension|pmi\.widget)$/,
]

/** @param type - Lower case, without parameters. */
export function isActiveType(type: string): boolean {
  return ACTIVE.some((pattern) => pattern.test(type))
}
