/**
 * `waybill/react/dropzone` – a component that renders `<waybill-upload>`: `UploadDropzone`.
 *
 * @module
 */
'use client'

import {
  createElement,
  type ForwardedRef,
  forwardRef,
  type HTMLAttributes,
  type ReactElement,
  type RefAttributes,
  useEffect,
  useImperativeHandle,
  useInsertionEffect,
  useLayoutEffect,
  useRef,
} from 'react'
import {
  BOUND_PROPS,
  BoundElement,
  type DropzoneCallbacks,
  type DropzoneRuleProps,
  type DropzoneSettings,
  type DropzoneUploader,
} from '../../element/dropzone-binding.ts'
import type { WaybillUploadElement } from '../../element/public-interface.ts'
import type { RuleName, UploadRules } from '../../protocol/upload-rule.ts'

type ElementAttributes = Omit<
  HTMLAttributes<WaybillUploadElement>,
  keyof DropzoneSettings | keyof DropzoneCallbacks
>

/**
 * Props of `UploadDropzone`: the properties of `<waybill-upload>`, a callback for each of its
 * events, and the attributes and children of any HTML element. The rule's name types the results
 * that callbacks get.
 */
export type UploadDropzoneProps<Rules extends UploadRules = UploadRules> = ElementAttributes &
  DropzoneSettings &
  DropzoneUploader<Rules> &
  { [Name in RuleName<Rules>]: DropzoneRuleProps<Rules, Name> }[RuleName<Rules>]

/**
 * A drop zone with a list of files: `<waybill-upload>` as a component. Its `ref` is the element.
 *
 * With `<UploadDropzone<typeof rules> …>`, or with an `uploader` created for your rules, the
 * compiler checks the rule's name and types the results that callbacks get.
 */
export const UploadDropzone = forwardRef(render) as unknown as UploadDropzoneComponent

/** `forwardRef` cannot express a component with a type parameter. */
type UploadDropzoneComponent = <Rules extends UploadRules = UploadRules>(
  props: UploadDropzoneProps<Rules> & RefAttributes<WaybillUploadElement>,
) => ReactElement

/** On a server, React 18 warns about layout effects. */
const useLayout = typeof document === 'object' ? useLayoutEffect : useEffect

type Rendered = WaybillUploadElement | null

function render(props: UploadDropzoneProps, ref: ForwardedRef<Rendered>): ReactElement {
  const element = useRef<WaybillUploadElement>(null)
  const bound = useRef<BoundElement>(undefined)
  useLayout(() => {
    if (element.current) bound.current ??= new BoundElement(element.current)
    bound.current?.update({ ...props })
  })
  // After the effect above, so that callback refs get an element that is ready.
  useImperativeHandle<Rendered, Rendered>(ref, () => element.current, [])
  // `<Activity>` cleans up other effects while the component is merely hidden.
  useInsertionEffect(() => () => releaseIfRemoved(bound.current), [])
  // An element that is already registered adds attributes before React hydrates it.
  const isChanged = { suppressHydrationWarning: true }
  return createElement('waybill-upload', { ...isChanged, ...attributesOf(props), ref: element })
}
render.displayName = 'UploadDropzone'

/** Waits until React has removed the element. After a hot reload, it is still there. */
function releaseIfRemoved(bound: BoundElement | undefined): void {
  queueMicrotask(() => {
    if (bound && !bound.element.isConnected) bound.release()
  })
}

/** React 18 passes attributes to custom elements unchanged, so `class` must have its HTML name. */
function attributesOf({ className, hidden, ...props }: UploadDropzoneProps) {
  const others = Object.entries(props).filter(([name]) => !BOUND_PROPS.has(name))
  return { ...Object.fromEntries(others), class: className, hidden: hidden || undefined }
}
