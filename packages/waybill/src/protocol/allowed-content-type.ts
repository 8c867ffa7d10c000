/**
 * Content types that may be executed: by a browser, by a server with a typical configuration, or by
 * a desktop or phone that opens or installs the file. A rule's wildcards do not match them, so the
 * rule must list each of them by name.
 *
 * @module
 */

import { isContentType } from './content-type.ts'

/** Script languages, as they appear in `application/x-…`, `text/x-…` and `text/x-script.…`. */
const LANGUAGES = [
  ...['sh', 'shar', 'shellscript', 'bash', 'bsh', 'csh', 'ksh', 'tcsh', 'zsh', 'perl', 'php\\d?'],
  ...['python\\d?', 'python-code', 'ruby', 'tcl', 'powershell', 'applescript'],
  ...['bat', 'msdos-batch'],
  ...['asp', 'aspx', 'asa', 'jsp', 'cgi', 'vbs', 'vbscript', 'jscript', 'ms-regedit'],
  ...['wsf', 'wsh', 'wsc', 'sct', 'lua', 'typescript', 'coffeescript', '[jt]sx', 'groovy'],
  ...['awk', 'fish'],
]

/**
 * Programs, packages, and files that start or configure something, as they appear in
 * `application/x-…`.
 */
const PROGRAMS = [
  ...['executable', 'pie-executable', 'sharedlib', 'elf', 'exe', 'winexe', 'dosexec'],
  ...['mach-binary', 'mach-o(?:-binary|-executable)?', 'msdos-program', 'ms-?dos-executable'],
  ...['msdownload', 'msi', 'ms-installer', 'ms-shortcut', 'ms-application', 'ms-xbap'],
  ...['silverlight(?:-app|-2)?', 'jar', 'java-(?:archive|applet|bean|vm|jnlp-file)'],
  ...['shockwave-flash', 'director', 'futuresplash', 'chrome-extension', 'xpinstall'],
  ...['opera-extension', 'desktop', 'internet-shortcut', 'mswebsite', 'hta', 'chm', 'winhlp'],
  ...['mimearchive', 'debian-package', 'rpm', 'redhat-package-manager', 'ns-proxy-autoconfig'],
  ...['javascript-config', 'x509-(?:ca|user)-cert', 'apple-aspen-config', 'signed-exchange'],
  ...['webbundle', 'webarchive', 'apple-aspen-mobileprovision', 'ios-app', 'node'],
  ...['(?:msix|appx)(?:bundle)?', 'appinstaller', 'ms-manifest', 'ms-vsto', 'vsix', 'ms[pt]'],
  ...['osascript', 'scpt', 'xll', 'rdp', 'settingcontent-ms', 'search-ms', 'library-ms', 'xar'],
  ...['java', 'java-(?:class|byte-code)', 'appimage', 'flatpak'],
  ...['webloc', 'inetloc', 'fileloc', 'mswinurl', 'newton-compatible-pkg'],
  // Opening one of these mounts a disk whose contents look like the user's own files.
  ...['apple-diskimage', 'iso9660-(?:app)?image', 'iso9660', 'cd-image', '(?:virtualbox-)?vhdx?'],
  ...['lua-bytecode', 'bytecode\\.python', 'python-bytecode'],
]

/**
 * @see https://mimesniff.spec.whatwg.org/#mime-type-groups
 * @see https://mimesniff.spec.whatwg.org/#mime-type-sniffing-algorithm for the two unknown types
 */
const ACTIVE = [
  /\/(?:[^/]*[.+-])?x?html$|^text\/webviewhtml$/,
  /^(?:text|application)\/xml$|^text\/xsl$|\+xml$|^image\/svg$/,
  /xml-dtd$|xml-external-parsed-entity$/,
  /^(?:text|application)\/(?:x-)?(?:java|ecma)script$/,
  /^text\/(?:javascript1\.[0-5]|livescript|(?:x-)?scriptlet|x-component|cache-manifest)$/,
  /^(?:text|application)\/vnd\.wap\.wmlscriptc?$/,
  /^(?:multipart|message)\//,
  /^(?:application|unknown)\/unknown$/,
  new RegExp(
    `^(?:text|application)/(?:x-)?(?:script\\.)?(?:${LANGUAGES.join('|')})(?:\\.encode)?$`,
  ),
  /^application\/x-httpd-/,
  new RegExp(`^application/(?:x-)?(?:${PROGRAMS.join('|')})$`),
  /^application\/vnd\.(?:microsoft\.portable-executable|ms-htmlhelp|adobe\.flash\.movie)$/,
  /^application\/vnd\.(?:android\.package-archive|debian\.binary-package|snap|appimage)$/,
  /^application\/vnd\.(?:flatpak(?:\.re(?:f|po))?|efi\.(?:iso|img)|ms-(?:appx|msix)(?:bundle)?)$/,
]

/** @param type - Lower case, without parameters. */
export function isActiveType(type: string): boolean {
  return ACTIVE.some((pattern) => pattern.test(type))
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
