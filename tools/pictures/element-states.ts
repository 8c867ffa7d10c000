/**
 * The states of `<waybill-upload>`, as models for its view. Nothing is uploaded, so the pictures
 * are the same every time.
 *
 * @module
 */

import { totalOf } from '../../packages/waybill/src/client/list/total-progress.ts'
import type {
  InterruptedItem,
  UploadItem,
} from '../../packages/waybill/src/client/list/upload-list.ts'
import type { Waiting } from '../../packages/waybill/src/client/send/waiting.ts'
import type { ViewModel } from '../../packages/waybill/src/element/view/view-model.ts'
import { directionOf } from '../../packages/waybill/src/element/words/language.ts'
import type { Texts } from '../../packages/waybill/src/element/words/texts.ts'
import {
  UploadError,
  type UploadErrorCode,
} from '../../packages/waybill/src/protocol/upload-error.ts'

const NOW = new Date('2026-11-26T12:00:00Z')
const MB = 1_000_000
const PHOTOS = {
  types: ['image/*', 'video/mp4', 'application/pdf'],
  accept: 'image/*,video/mp4,application/pdf',
  maxSize: 250 * MB,
  minSize: 1,
  read: false,
  remove: false,
}

export type ElementState = Partial<Omit<ViewModel, 'total' | 'texts' | 'dir' | 'now'>>

type Look = Partial<UploadItem> & { readonly fraction?: number; readonly rate?: number }

export function file(name: string, type: string, size: number, look: Look = {}): UploadItem {
  const { fraction = 0, rate, ...rest } = look
  const sent = Math.round(size * fraction)
  const stored = look.state === 'done' ? size : Math.round(sent * 0.8)
  const completed =
    look.state === 'done'
      ? {
          completed: {
            key: name,
            size,
            etag: '""',
            verifiedBy: 'SHA256' as const,
            result: undefined,
          },
        }
      : {}
  const moving = rate ? { bytesPerSecond: rate, remainingSeconds: (size - sent) / rate } : {}
  return {
    id: name,
    name,
    type,
    size,
    state: 'queued',
    progress: { sent, stored, total: size, fraction, ...moving },
    previewUrl: undefined,
    ...completed,
    ...rest,
  }
}

export function failure(
  code: UploadErrorCode,
  message = '',
  allowed?: number | readonly string[],
  serverId = '8f507cfc46974b07',
) {
  const details = allowed === undefined ? {} : { details: { allowed } }
  // Errors from a server have an ID. Errors that the page detects itself do not.
  const id = /^FILE|^NETWORK/.test(code) ? {} : { id: serverId }
  return { state: 'failed' as const, error: new UploadError(code, message, { ...details, ...id }) }
}

export function waiting(reason: Waiting['reason'], seconds?: number): Look {
  const until = seconds === undefined ? {} : { until: new Date(NOW.getTime() + seconds * 1000) }
  return { state: 'waiting', fraction: 0.46, waiting: { reason, since: NOW, ...until } }
}

const AVATAR = {
  shape: 'avatar',
  hints: { ...PHOTOS, types: ['image/png', 'image/jpeg'], maxSize: 5 * MB },
}

function avatar(look: Look): ElementState {
  return { ...AVATAR, items: [file('me.jpg', 'image/jpeg', 2 * MB, look)] }
}

/** As AWS Lambda gives its requests. */
const UUID = '8f507cfc-4697-4b07-ac58-fc914c950000'
/** Of the others, the browser knows no type. */
const KINDS: Readonly<Record<string, string>> = {
  'a.pdf': 'application/pdf',
  'e.zip': 'application/zip',
  'f.mp3': 'audio/mpeg',
  'g.mp4': 'video/mp4',
  'h.heic': 'image/heic',
  'i.json': 'application/json',
}
const LONG = 'Überraschend langer Name eines Fotos vom Strand bei Sonnenuntergang 2026-08-14.jpeg'

export function elementStates(picture: string): Readonly<Record<string, ElementState>> {
  const photo = { previewUrl: picture }
  const interrupted: InterruptedItem[] = [
    { ...seen('holiday-film.mp4', 'video/mp4', 812 * MB), sent: 374 * MB, canReopen: false },
    { ...seen('minutes.pdf', 'application/pdf', 18 * MB), sent: 0, canReopen: true },
  ]
  return {
    unknown: {},
    empty: { hints: PHOTOS, multiple: true, maxFiles: 12, required: true, label: 'Photos' },
    single: { hints: { ...PHOTOS, types: ['*/*'], accept: '' } },
    dragging: { hints: PHOTOS, multiple: true, isDragging: true },
    disabled: { hints: PHOTOS, disabled: true, items: [file('cat.jpg', 'image/jpeg', MB, photo)] },
    extras: { hints: PHOTOS, multiple: true, capture: 'environment', directory: true },
    beginning: {
      hints: PHOTOS,
      multiple: true,
      items: [
        file('ready.pdf', 'application/pdf', 2 * MB, { state: 'ready' }),
        file('preparing.heic', 'image/heic', 4 * MB, { state: 'preparing' }),
        file('queued.zip', 'application/zip', 18 * MB),
        file('checking.mp3', 'audio/mpeg', 6 * MB, { state: 'hashing' }),
      ],
    },
    uploading: {
      hints: PHOTOS,
      items: [
        file('cat.jpg', 'image/jpeg', 12 * MB, {
          ...photo,
          state: 'uploading',
          fraction: 0.46,
          rate: 1.2 * MB,
        }),
      ],
    },
    stopped: {
      hints: PHOTOS,
      multiple: true,
      items: [
        file('offline.mp4', 'video/mp4', 240 * MB, waiting('offline')),
        file('away.csv', 'text/csv', 240 * MB, waiting('signer', 24)),
        file('now.bin', 'application/octet-stream', 240 * MB, waiting('storage')),
        file('stalled.mov', 'video/quicktime', 240 * MB, waiting('stalled')),
        file('paused.jpg', 'image/jpeg', 12 * MB, { ...photo, state: 'paused', fraction: 0.7 }),
        file('aborted.jpg', 'image/jpeg', 12 * MB, { ...photo, state: 'aborted', fraction: 0.7 }),
      ],
    },
    ended: {
      hints: PHOTOS,
      multiple: true,
      items: [
        file('completing.jpg', 'image/jpeg', 9 * MB, {
          ...photo,
          state: 'completing',
          fraction: 0.99,
        }),
        file(LONG, 'image/jpeg', 12 * MB, { ...photo, state: 'done', fraction: 1 }),
        file('too-large.mov', 'video/quicktime', 900 * MB, failure('FILE_TOO_LARGE', '', 250 * MB)),
        file(
          'run.exe',
          'application/x-msdownload',
          MB,
          failure('FILE_TYPE_NOT_ALLOWED', '', PHOTOS.types),
        ),
        file('lost.jpg', 'image/jpeg', 8 * MB, { ...photo, ...failure('SIGNER_UNAVAILABLE') }),
        file('removed.jpg', 'image/jpeg', 8 * MB, photo),
      ],
      removed: new Set(['removed.jpg']),
    },
    many: {
      hints: PHOTOS,
      multiple: true,
      items: [
        file('IMG_0001.jpg', 'image/jpeg', 3 * MB, { ...photo, state: 'done', fraction: 1 }),
        file('IMG_0002.jpg', 'image/jpeg', 4 * MB, { ...photo, state: 'done', fraction: 1 }),
        file(LONG, 'image/jpeg', 24 * MB, {
          ...photo,
          state: 'uploading',
          fraction: 0.62,
          rate: 2.1 * MB,
        }),
        file('صورة الشاطئ عند الغروب 2026.png', 'image/png', 6 * MB, {
          ...photo,
          state: 'uploading',
          fraction: 0.3,
          rate: 1.4 * MB,
        }),
        file('report.pdf', 'application/pdf', 2 * MB),
      ],
    },
    folded: {
      hints: PHOTOS,
      multiple: true,
      items: [
        ...Array.from({ length: 7 }, (_, index) =>
          file(`IMG_00${10 + index}.jpg`, 'image/jpeg', (3 + index) * MB, {
            ...photo,
            state: 'done',
            fraction: 1,
          }),
        ),
        file(
          'notes.docx',
          'application/msword',
          MB,
          failure('FILE_TYPE_NOT_ALLOWED', '', PHOTOS.types),
        ),
        file('IMG_0017.jpg', 'image/jpeg', 5 * MB, { ...photo, state: 'paused', fraction: 0.2 }),
        file('minutes.pdf', 'application/pdf', 2 * MB),
      ],
    },
    failed: {
      hints: PHOTOS,
      multiple: true,
      items: [
        file('Contract signed.pdf', 'application/pdf', MB, failure('STORAGE_REFUSED')),
        file('minutes.pdf', 'application/pdf', MB, failure('RULE_UNKNOWN', '', undefined, UUID)),
        file('lost.jpg', 'image/jpeg', 8 * MB, { ...photo, ...failure('NETWORK_FAILED') }),
        file('away.jpg', 'image/jpeg', 8 * MB, {
          ...photo,
          ...failure('SIGNER_UNAVAILABLE', '', undefined, UUID),
        }),
      ],
    },
    kinds: {
      hints: PHOTOS,
      multiple: true,
      items: [
        ...['a.pdf', 'b.docx', 'c.xlsx', 'd.pptx', 'e.zip', 'f.mp3', 'g.mp4', 'h.heic'],
        ...['i.json', 'j.txt', 'k.bin'],
      ].map((name) => file(name, KINDS[name] ?? '', 2 * MB, { state: 'paused' })),
    },
    complete: {
      hints: PHOTOS,
      multiple: true,
      items: Array.from({ length: 3 }, (_, index) =>
        file(`IMG_00${10 + index}.jpg`, 'image/jpeg', (3 + index) * MB, {
          ...photo,
          state: 'done',
          fraction: 1,
        }),
      ),
    },
    finished: {
      hints: PHOTOS,
      multiple: true,
      items: [
        file('IMG_0001.jpg', 'image/jpeg', 3 * MB, { ...photo, state: 'done', fraction: 1 }),
        file('contract.pdf', 'application/pdf', 4 * MB, {
          state: 'done',
          fraction: 1,
          verdict: { verdict: 'verified' },
        }),
        file('notes.pdf', 'application/pdf', 1 * MB, {
          state: 'done',
          fraction: 1,
          verdict: { verdict: 'pending' },
        }),
        file('holiday.png', 'image/png', 4 * MB, {
          state: 'done',
          fraction: 1,
          verdict: { verdict: 'rejected', reason: 'content-differs' },
        }),
        file('minutes.pdf', 'application/pdf', 2 * MB, { state: 'done', fraction: 1 }),
      ],
    },
    interrupted: { hints: PHOTOS, multiple: true, interrupted, mismatched: 'minutes.pdf' },
    avatarEmpty: { ...AVATAR, required: true, label: 'Profile photo', capture: 'user' },
    avatarDragging: { ...AVATAR, isDragging: true },
    avatarUploading: avatar({ ...photo, state: 'uploading', fraction: 0.62 }),
    avatarWaiting: avatar({ ...photo, ...waiting('offline') }),
    avatarDone: avatar({ ...photo, state: 'done', fraction: 1 }),
    avatarTooLarge: avatar({ ...photo, ...failure('FILE_TOO_LARGE', '', 5 * MB) }),
    avatarFailed: avatar({ ...photo, ...failure('SIGNER_UNAVAILABLE') }),
    avatarRejected: avatar({
      state: 'done',
      fraction: 1,
      verdict: { verdict: 'rejected', reason: 'content-unproven' },
    }),
    avatarRemoved: {
      ...avatar({ ...photo, state: 'done', fraction: 1 }),
      removed: new Set(['me.jpg']),
    },
  }
}

/** An upload that was interrupted yesterday. */
export function seen(name: string, type: string, size: number) {
  return { id: name, name, type, size, updatedAt: new Date(NOW.getTime() - 26 * 3_600_000) }
}

export function modelOf(state: ElementState, texts: Texts): ViewModel {
  const items = state.items ?? []
  return {
    items,
    removed: new Set(),
    interrupted: [],
    multiple: false,
    required: false,
    disabled: false,
    autostart: true,
    canClear: true,
    directory: false,
    isDragging: false,
    isReading: false,
    ...state,
    total: totalOf(items.filter(({ id }) => !state.removed?.has(id))),
    texts,
    dir: directionOf(texts.lang),
    now: NOW,
  }
}
