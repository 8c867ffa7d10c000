/**
 * `waybill/element/vue` – registers `<waybill-upload>` and types it for Vue templates. The Vue
 * compiler's `isCustomElement` option must return `true` for this name.
 *
 * @see https://vuejs.org/guide/extras/web-components#non-vue-web-components-and-typescript
 * @module
 */

import type { HTMLAttributes, PublicProps } from 'vue'
import '../define.ts'
import type { WaybillUploadEvents } from '../upload-events.ts'
import type { WaybillUploadElement } from '../waybill-upload-element.ts'
import type { WaybillUploadAttributes } from './attributes.ts'

type Listeners = {
  readonly [Name in keyof WaybillUploadEvents as `on${Capitalize<CamelCase<Name>>}`]?: (
    event: WaybillUploadEvents[Name],
  ) => void
}

type CamelCase<Text extends string> = Text extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Text

declare module 'vue' {
  interface GlobalComponents {
    'waybill-upload': new () => WaybillUploadElement & {
      readonly $props: HTMLAttributes & PublicProps & WaybillUploadAttributes & Listeners
    }
  }
}
