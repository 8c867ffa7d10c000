/**
 * What the pictures in the docs show: files as people name them.
 *
 * @module
 */

import { type ElementState, failure, file, seen, waiting } from './element-states.ts'
import type { Photos } from './photos.ts'

const MB = 1_000_000
const HINTS = {
  types: ['image/*', 'video/*', 'application/pdf'],
  accept: 'image/*,video/*,application/pdf',
  maxSize: 250 * MB,
  minSize: 1,
  read: false,
  remove: false,
}

export function elementScenes(
  photos: Photos,
  crops: readonly string[],
): Readonly<Record<string, ElementState>> {
  const looks = [
    ...Array.from({ length: 4 }, () => ({ state: 'done' as const, fraction: 1 })),
    ...[0.71, 0.38, 0].map((fraction) => ({
      state: 'uploading' as const,
      fraction,
      rate: 2.2 * MB,
    })),
  ]
  return {
    album: {
      hints: { ...HINTS, types: ['image/*'], accept: 'image/*', maxSize: 20 * MB },
      layout: 'grid',
      multiple: true,
      items: [
        file('Panorama.tiff', 'image/tiff', 48 * MB, failure('FILE_TOO_LARGE', '', 20 * MB)),
        ...crops.map((previewUrl, at) =>
          file(`IMG_40${21 + at}.jpg`, 'image/jpeg', (3 + at / 3) * MB, {
            previewUrl,
            ...looks[at],
          }),
        ),
      ],
    },
    rest: {
      hints: { ...HINTS, types: ['image/*'], accept: 'image/*', maxSize: 20 * MB },
      multiple: true,
      items: [],
    },
    list: {
      hints: HINTS,
      multiple: true,
      items: [
        file('IMG_4021.jpg', 'image/jpeg', 3.4 * MB, {
          previewUrl: photos.coffee,
          state: 'done',
          fraction: 1,
        }),
        file('Quarterly report.pdf', 'application/pdf', 1.8 * MB, { state: 'done', fraction: 1 }),
        file('Summer Palace panorama.jpg', 'image/jpeg', 48 * MB, {
          previewUrl: photos.palace,
          state: 'uploading',
          fraction: 0.62,
          rate: 4.1 * MB,
        }),
        file('Kitchen plan v3.pdf', 'application/pdf', 9.2 * MB, {
          state: 'uploading',
          fraction: 0.31,
          rate: 1.4 * MB,
        }),
        file('Launch day.jpg', 'image/jpeg', 5.7 * MB, { previewUrl: photos.rocket }),
      ],
    },
    mistakes: {
      hints: HINTS,
      multiple: true,
      items: [
        file(
          'Launch day.mov',
          'video/quicktime',
          612 * MB,
          failure('FILE_TOO_LARGE', '', 250 * MB),
        ),
        file(
          'Budget 2027.xlsx',
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
          0.4 * MB,
          failure('FILE_TYPE_NOT_ALLOWED', '', HINTS.types),
        ),
        file('Summer Palace panorama.jpg', 'image/jpeg', 48 * MB, {
          previewUrl: photos.palace,
          ...failure('NETWORK_FAILED'),
        }),
        file('Invoice 0412.pdf', 'application/pdf', 1.8 * MB, {
          state: 'done',
          fraction: 1,
          verdict: { verdict: 'rejected', reason: 'content-differs' },
        }),
        file('IMG_4021.jpg', 'image/jpeg', 3.4 * MB, {
          previewUrl: photos.coffee,
          state: 'done',
          fraction: 1,
          verdict: { verdict: 'verified' },
        }),
      ],
    },
    stopped: {
      hints: HINTS,
      multiple: true,
      interrupted: [
        { ...seen('Launch day.mp4', 'video/mp4', 240 * MB), sent: 96 * MB, canReopen: false },
      ],
      items: [
        file('Summer Palace tour.mp4', 'video/mp4', 180 * MB, waiting('offline')),
        file('Summer Palace panorama.jpg', 'image/jpeg', 48 * MB, {
          previewUrl: photos.palace,
          state: 'paused',
          fraction: 0.7,
        }),
        file('IMG_4021.jpg', 'image/jpeg', 3.4 * MB, {
          previewUrl: photos.coffee,
          state: 'done',
          fraction: 1,
        }),
      ],
    },
    phone: {
      hints: HINTS,
      multiple: true,
      capture: 'environment',
      items: [
        file('IMG_4021.jpg', 'image/jpeg', 3.4 * MB, {
          previewUrl: photos.coffee,
          state: 'done',
          fraction: 1,
        }),
        file('IMG_4022.jpg', 'image/jpeg', 4.1 * MB, {
          previewUrl: photos.palace,
          state: 'uploading',
          fraction: 0.62,
          rate: 0.9 * MB,
        }),
        file('Launch day.jpg', 'image/jpeg', 5.7 * MB, { previewUrl: photos.rocket }),
      ],
    },
    'bad line': {
      hints: HINTS,
      multiple: true,
      items: [
        file('فيلم الرحلة.mp4', 'video/mp4', 240 * MB, waiting('offline')),
        file('القصر الصيفي.jpg', 'image/jpeg', 12 * MB, {
          previewUrl: photos.palace,
          state: 'paused',
          fraction: 0.7,
        }),
        file('تقرير الربع الثالث.pdf', 'application/pdf', 18 * MB, waiting('signer', 24)),
        file('IMG_4021.jpg', 'image/jpeg', 3.4 * MB, {
          previewUrl: photos.coffee,
          state: 'done',
          fraction: 1,
        }),
      ],
    },
  }
}
