/**
 * `waybill/vue/dropzone` – a component that renders `<waybill-upload>`: `UploadDropzone`.
 *
 * @module
 */

import {
  Comment,
  cloneVNode,
  defineComponent,
  type HTMLAttributes,
  h,
  onMounted,
  onUnmounted,
  onUpdated,
  type PublicProps,
  type SetupContext,
  shallowRef,
  type VNode,
} from 'vue'
import {
  BOOLEAN_PROPS,
  BOUND_PROPS,
  BoundElement,
  type DropzoneCallbacks,
  type DropzoneRuleProps,
  type DropzoneSettings,
  type DropzoneUploader,
} from '../../element/dropzone-binding.ts'
import type { WaybillUploadElement } from '../../element/public-interface.ts'
import type { RuleName, UploadRules } from '../../protocol/upload-rule.ts'

/**
 * Props of `UploadDropzone`: the properties of `<waybill-upload>`, and a callback for each of its
 * events, which templates set as `@stored` and so on. The rule's name types the results that
 * callbacks get.
 */
export type UploadDropzoneProps<
  Rules extends UploadRules = UploadRules,
  Name extends RuleName<Rules> = RuleName<Rules>,
> = Omit<HTMLAttributes, keyof DropzoneSettings | keyof DropzoneCallbacks> &
  PublicProps &
  DropzoneSettings &
  DropzoneUploader<Rules> &
  DropzoneRuleProps<Rules, Name>

interface Exposed {
  /** The element, once the component is mounted. */
  readonly element: WaybillUploadElement | undefined
}

/**
 * A drop zone with a list of files: `<waybill-upload>` as a component. Its template ref has the
 * `element`, and its slots are the element's.
 *
 * With an `uploader` created for your rules, the compiler checks the rule's name and types the
 * results that callbacks get.
 */
export const UploadDropzone = defineComponent({
  name: 'UploadDropzone',
  // Callbacks are props rather than emits, because a component emits nothing after unmounting.
  props: Object.fromEntries([...BOUND_PROPS].map((name) => [name, propType(name)])),
  setup(props, { expose, slots }) {
    const element = shallowRef<WaybillUploadElement>()
    let bound: BoundElement | undefined
    const update = () => bound?.update({ ...props })
    onMounted(() => {
      if (element.value) bound = new BoundElement(element.value)
      update()
    })
    onUpdated(update)
    onUnmounted(() => bound?.release())
    expose({ element })
    return () => h('waybill-upload', { ref: element }, childrenOf(slots))
  },
}) as unknown as UploadDropzoneComponent

/** The form in which Vue's compiler describes a component with type parameters. */
type UploadDropzoneComponent = <
  Rules extends UploadRules = UploadRules,
  Name extends RuleName<Rules> = RuleName<Rules>,
>(
  props: UploadDropzoneProps<Rules, Name>,
) => VNode & {
  readonly __ctx?: {
    readonly props: UploadDropzoneProps<Rules, Name>
    readonly slots: SetupContext['slots']
    readonly attrs: SetupContext['attrs']
    readonly emit: object
    readonly expose: (exposed: Exposed) => void
  }
}

/** Without a default, Vue would turn a boolean prop that is left out into `false`. */
function propType(name: string) {
  return BOOLEAN_PROPS.has(name) ? { type: Boolean, default: undefined } : null
}

/** Turns Vue's named slots into those of the element, whose default slot has no name. */
function childrenOf(slots: SetupContext['slots']): VNode[] {
  return Object.entries(slots).flatMap(([name, content]) => {
    const nodes = content?.() ?? []
    return name === 'default' ? nodes : nodes.map((node) => inSlot(node, name))
  })
}

function inSlot(node: VNode, slot: string): VNode {
  // An element in the slot would hide its default content, even with nothing but a comment.
  if (node.type === Comment) return node
  return typeof node.type === 'string' ? cloneVNode(node, { slot }) : h('span', { slot }, [node])
}
