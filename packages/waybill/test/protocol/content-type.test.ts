import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseContentType, isContentType } from '../../src/protocol/base-content-type.ts'
import { allowsContentType } from '../../src/protocol/content-type.ts'

describe('isContentType', () => {
  it.each([
    'image/png',
    'application/octet-stream',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'model/gltf+json',
    'x-world/x-3dmf',
    'application/x-7z-compressed',
  ])('accepts %s', (type) => {
    expect(isContentType(type)).toBe(true)
  })

  it.each([
    '',
    'image',
    'image/',
    '/png',
    'image/png/x',
    'Image/PNG',
    'image/*',
    '*/*',
    'image/png; charset=utf-8',
    'image/png,text/html',
    ' image/png',
    'image/png\n',
    'image/pnġ',
    'image/"png"',
    `image/${'a'.repeat(128)}`,
  ])('rejects %j', (type) => {
    expect(isContentType(type)).toBe(false)
  })
})

describe('baseContentType', () => {
  it.each([
    ['Video/MP4; codecs=avc1', 'video/mp4'],
    [' text/plain ;charset=utf-8', 'text/plain'],
    ['image/png', 'image/png'],
    ['', ''],
  ])('turns %j into %j', (type, base) => {
    expect(baseContentType(type)).toBe(base)
  })
})

const ACTIVE = [
  ...['text/html', 'application/xhtml+xml', 'image/svg+xml', 'image/svg', 'text/xml', 'text/xsl'],
  ...['application/xml', 'application/rss+xml', 'x-a/b+xml', 'application/xml-dtd'],
  ...['text/javascript', 'application/javascript', 'application/x-javascript', 'text/ecmascript'],
  ...['application/ecmascript', 'text/x-ecmascript', 'text/jscript', 'text/livescript'],
  ...['text/javascript1.5', 'multipart/x-mixed-replace', 'message/rfc822'],
  ...['application/unknown', 'unknown/unknown', 'application/x-unknown-content-type'],
  'image/svg+xml-compressed',
]

/** What a desktop runs when it is opened, or a server when it is asked for. */
const RUNNABLE = [
  ...['text/vbscript', 'text/vbs', 'application/x-vbscript', 'text/vbscript.encode'],
  ...['text/jscript.encode', 'text/x-component', 'text/scriptlet', 'text/x-scriptlet'],
  ...['application/hta', 'application/x-hta', 'application/x-httpd-php', 'application/x-php'],
  ...['application/php', 'text/x-php', 'text/php', 'application/x-httpd-php-source'],
  ...['application/x-httpd-cgi', 'application/x-httpd-eruby', 'application/x-cgi', 'text/asp'],
  ...['application/x-asp', 'application/x-aspx', 'application/x-jsp', 'text/x-jsp'],
  ...['text/x-server-parsed-html', 'text/webviewhtml', 'application/x-html', 'text/x-html'],
  ...['application/x-sh', 'application/x-csh', 'application/x-shellscript', 'text/x-sh'],
  ...['text/x-shellscript', 'application/x-shar', 'application/x-ksh', 'text/x-script.sh'],
  ...['application/x-perl', 'text/x-perl', 'text/x-script.perl', 'application/x-python'],
  ...['text/x-python', 'text/x-script.python', 'application/x-python-code', 'application/x-ruby'],
  ...['application/x-tcl', 'text/x-tcl', 'application/x-powershell', 'text/x-powershell'],
  ...['application/bat', 'application/x-bat', 'text/x-msdos-batch', 'application/x-applescript'],
  ...['application/x-msdownload', 'application/x-msdos-program', 'application/x-dosexec'],
  ...['application/vnd.microsoft.portable-executable', 'application/x-executable'],
  ...['application/x-elf', 'application/x-pie-executable', 'application/x-sharedlib'],
  ...['application/x-mach-binary', 'application/x-mach-o', 'application/exe', 'application/x-exe'],
  ...['application/x-winexe', 'application/x-msi', 'application/x-ms-installer'],
  ...['application/x-ms-shortcut', 'application/x-ms-application', 'application/x-ms-xbap'],
  ...['application/x-silverlight', 'application/x-silverlight-app', 'application/x-desktop'],
  ...['application/java-archive', 'application/x-java-archive', 'application/x-java-jnlp-file'],
  ...['application/x-java-applet', 'application/java-vm', 'application/x-jar'],
  ...['application/x-shockwave-flash', 'application/vnd.adobe.flash.movie'],
  ...['application/x-chrome-extension', 'application/x-xpinstall', 'application/x-chm'],
  ...['application/vnd.ms-htmlhelp', 'application/winhlp', 'application/x-mimearchive'],
  ...['application/vnd.android.package-archive', 'application/vnd.debian.binary-package'],
  ...['application/x-debian-package', 'application/x-rpm', 'application/x-apple-aspen-config'],
  ...['application/x-ns-proxy-autoconfig', 'application/x-x509-ca-cert'],
  ...['application/x-x509-user-cert', 'application/signed-exchange', 'application/webbundle'],
  ...['application/internet-shortcut', 'text/vnd.wap.wmlscript', 'text/cache-manifest'],
  ...['application/x-osascript', 'application/x-scpt', 'application/rdp', 'application/x-xar'],
  ...['application/x-settingcontent-ms', 'application/java', 'application/x-java-class'],
  ...['application/msix', 'application/msixbundle', 'application/x-msix', 'application/appx'],
  ...['application/vnd.ms-appx', 'application/appxbundle', 'application/appinstaller'],
  ...['application/x-webloc', 'application/x-mswinurl', 'application/x-inetloc'],
  ...['application/x-wsf', 'text/x-wsf', 'text/wsh', 'text/x-sct', 'application/x-ms-manifest'],
  ...['application/x-ms-vsto', 'application/vsix', 'application/x-msp', 'text/x-ms-regedit'],
  ...['application/x-apple-diskimage', 'application/x-iso9660-image', 'application/x-cd-image'],
  ...['application/vnd.efi.iso', 'application/vnd.efi.img', 'application/x-vhd'],
  ...['application/x-vhdx', 'application/x-virtualbox-vhdx', 'application/x-newton-compatible-pkg'],
  ...['application/vnd.appimage', 'application/x-iso9660-appimage', 'application/vnd.flatpak.ref'],
  ...['application/vnd.flatpak', 'application/vnd.snap', 'application/x-ios-app'],
  ...['application/x-webarchive', 'application/x-apple-aspen-mobileprovision'],
  ...['text/x-lua', 'application/x-lua', 'application/x-lua-bytecode', 'application/typescript'],
  ...['text/typescript', 'text/x-typescript', 'application/x-typescript', 'text/jsx', 'text/tsx'],
  ...['text/coffeescript', 'application/node', 'text/x-groovy', 'application/x-awk', 'text/x-fish'],
  ...['application/x-python-bytecode', 'application/x-bytecode.python', 'application/x-phar'],
  ...['application/x-pyz', 'text/vbe', 'text/x-vb', 'application/x-scr', 'text/spreadsheet'],
  ...['text/x-gradle', 'text/x-scons', 'text/x-sagemath', 'text/vnd.sun.j2me.app-descriptor'],
  ...['text/rdf', 'text/rss', 'text/mathml', 'text/x-dtd', 'text/x-opml', 'x-epoc/x-sisx-app'],
  ...['zz-application/zz-winassoc-hlp'],
]

/**
 * The other programs, packages, disk images, scripts and documents with macros of shared-mime-info 2.4, by which Linux
 * desktops know files, and of IANA's registry. All are `application/…`.
 */
const REGISTERED = `
  futuresplash java-byte-code ovf vnd.coffeescript vnd.emusic-emusic_package vnd.flatpak.repo
  vnd.ms-cab-compressed vnd.ms-excel.addin.macroenabled.12
  vnd.ms-excel.sheet.binary.macroenabled.12 vnd.ms-excel.sheet.macroenabled.12
  vnd.ms-excel.template.macroenabled.12 vnd.ms-powerpoint.addin.macroenabled.12
  vnd.ms-powerpoint.presentation.macroenabled.12 vnd.ms-powerpoint.slide.macroenabled.12
  vnd.ms-powerpoint.slideshow.macroenabled.12 vnd.ms-powerpoint.template.macroenabled.12
  vnd.ms-word.document.macroenabled.12 vnd.ms-word.template.macroenabled.12
  vnd.nintendo.snes.rom vnd.openofficeorg.extension vnd.palm vnd.squashfs vnd.symbian.install
  vnd.xdgapp x-amiga-disk-format x-asar x-atari-2600-rom x-atari-7800-rom x-atari-lynx-rom
  x-class-file x-compressed-iso x-deb x-discjuggler-cd-image x-dreamcast-rom x-fd-file
  x-fds-disk x-fishscript x-gameboy-color-rom x-gameboy-rom x-gamecube-iso-image x-gamecube-rom
  x-gamegear-rom x-gba-rom x-gdscript x-genesis-32x-rom x-genesis-rom x-gnome-app-info
  x-hfe-file x-hfe-floppy-image x-ica x-java x-java-pack200 x-java-vm x-ksysv-package x-m4
  x-mame-chd x-markaby x-modrinth-modpack+zip x-ms-dos-executable x-ms-ne-executable x-ms-wim
  x-msx-rom x-n64-rom x-nautilus-link x-neo-geo-pocket-color-rom x-neo-geo-pocket-rom x-nes-rom
  x-nintendo-3ds-executable x-nintendo-3ds-rom x-nintendo-ds-rom x-nuscript x-object
  x-openvpn-profile x-pc-engine-rom x-pef-executable x-qed-disk x-qemu-disk x-raw-disk-image
  x-raw-disk-image-xz-compressed x-raw-floppy-disk-image x-redhat-package-manager x-sap-file
  x-saturn-rom x-sega-cd-rom x-sega-pico-rom x-sg1000-rom x-shared-library-la x-slp x-sms-rom
  x-snes-rom x-source-rpm x-theme x-thomson-sap-image x-vdi-disk x-vhd-disk x-vhdx-disk
  x-virtual-boy-rom x-virtualbox-ova x-virtualbox-vdi x-virtualbox-vhd x-virtualbox-vmdk
  x-vmdk-disk x-wbfs x-wia x-wii-iso-image x-wii-rom x-wii-wad x-win-lnk x-windows-themepack
  x-wonderswan-color-rom x-wonderswan-rom xml-external-parsed-entity
  dart efi prs.implied-executable vnd.msa-disk-image vnd.nintendo.nitro.rom vnd.osgi.bundle vnd.osgi.dp
  vnd.osgi.subsystem vnd.rim.cod vnd.pmi.widget widget vnd.vividence.scriptfile vnd.android.dex
  x-dex x-nuget x-nupkg x-cab x-pkg x-squashfs x-qcow2 x-ps1
  vnd.ms-access vnd.msaccess msaccess x-msaccess mdb x-mdb x-palm-database x-cisco-vpn-settings
  x-mozilla-bookmarks x-netscape-bookmarks x.systemd-sysext x.systemd-confext gpx x-gpx smil x-xliff
  x-fictionbook vnd.paos.xml vnd.oasis.opendocument.text-flat-xml
`
  .trim()
  .split(/\s+/)
  .map((name) => `application/${name}`)

/** Whose names are near to those, and which wildcards are for. */
const PASSIVE = [
  ...['text/plain', 'text/csv', 'text/markdown', 'text/css', 'text/calendar', 'text/vtt'],
  ...['text/rtf', 'text/x-c', 'text/x-log', 'text/shex', 'text/tab-separated-values'],
  ...['application/pdf', 'application/zip', 'application/json', 'application/octet-stream'],
  ...['application/x-7z-compressed', 'application/gzip', 'application/x-tar', 'application/rtf'],
  ...['application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-powerpoint'],
  ...['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ...['application/vnd.oasis.opendocument.text', 'application/epub+zip', 'application/x-bzip2'],
  ...['application/x-subrip', 'application/x-shapefile', 'application/x-perfetto-trace'],
  ...['application/vnd.apple.mpegurl', 'application/dicom', 'application/geo+json'],
  ...['application/postscript', 'application/x-font-ttf', 'application/x-lmdb'],
  ...['application/vnd.wap.wbxml', 'application/x-bittorrent', 'text/x-vhdl', 'text/x-csharp'],
  ...['application/x-bzpostscript', 'application/x-font-ghostscript', 'application/vnd.rar'],
]

describe('allowsContentType', () => {
  it.each(PASSIVE)('lets a wildcard match %s', (type) => {
    expect(allowsContentType([`${type.split('/')[0]}/*`], type)).toBe(true)
    expect(allowsContentType(['*/*'], type)).toBe(true)
  })

  it.each([
    [['image/png'], 'image/png'],
    [['text/plain', 'image/png'], 'image/png'],
    [['image/*'], 'image/png'],
    [['image/*'], 'image/x-icon'],
    [['*/*'], 'video/mp4'],
    [['application/*'], 'application/vnd.ms-excel'],
  ])('lets %j match %s', (allowed, type) => {
    expect(allowsContentType(allowed, type)).toBe(true)
  })

  it.each([
    [['image/*'], 'imagefoo/x'],
    [['image/*'], 'image'],
    [['image/*'], 'image/'],
    [['image/*'], 'image/*'],
    [['*/*'], '*/*'],
    [['image/png'], 'image/pngx'],
    [['image/png'], 'IMAGE/PNG'],
    [['image/png'], 'image/png;a=b'],
    [['image/png'], 'image/png,image/png'],
    [['image/png, text/html'], 'image/png, text/html'],
    [['image'], 'image/png'],
    [['*'], 'image/png'],
    [['image/p*'], 'image/png'],
    [[], 'image/png'],
  ])('does not let %j match %j', (allowed, type) => {
    expect(allowsContentType(allowed, type)).toBe(false)
  })

  it.each([...ACTIVE, ...RUNNABLE, ...REGISTERED])(
    'requires the exact name for %s, which could be executed',
    (type) => {
      const family = `${type.split('/')[0]}/*`
      expect(allowsContentType([family, '*/*', 'image/*', 'text/*'], type)).toBe(false)
      expect(allowsContentType([type], type)).toBe(true)
    },
  )

  it('matches with a wildcard only what the wildcard covers', () => {
    const token = fc.stringMatching(/^[a-z0-9][a-z0-9.+-]{0,8}$/)
    fc.assert(
      fc.property(token, token, token, (family, subtype, other) => {
        const type = `${family}/${subtype}`
        if (allowsContentType([`${other}/*`], type)) expect(family).toBe(other)
        if (allowsContentType([`${family}/${other}`], type)) expect(subtype).toBe(other)
      }),
    )
  })

  it('matches nothing that is not exactly one content type', () => {
    fc.assert(
      fc.property(fc.string(), (type) => {
        if (allowsContentType(['*/*', type], type)) expect(isContentType(type)).toBe(true)
      }),
    )
  })
})
