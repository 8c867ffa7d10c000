import {
  type ComputedRef,
  computed,
  getCurrentInstance,
  type MaybeRefOrGetter,
  onMounted,
  onScopeDispose,
  type Ref,
  shallowRef,
  toValue,
  watch,
} from 'vue'
import { ComponentList, type UseUploadsOptions } from '../client/list/component-list.ts'
import type { InterruptedItem, UploadListSnapshot } from '../client/list/snapshot.ts'
import type { UploadList } from '../client/list/upload-list.ts'
import type { Uploader } from '../client/uploader.ts'
import {
  type DropProps,
  dropPropsOf,
  type FileInputProps,
  fileInputProps,
} from './element-props.ts'

type Actions<Result> = Omit<
  UploadList<Result>,
  'getSnapshot' | 'subscribe' | 'hints' | 'update' | 'destroy'
>

/** An interrupted upload, with props for an input that resumes it. */
export interface InterruptedFile extends InterruptedItem {
  /** Props for an `<input>` in which the user picks the file again. */
  readonly inputProps: FileInputProps
}

type SnapshotRefs<Result> = {
  readonly [Name in keyof UploadListSnapshot<Result>]-?: ComputedRef<
    UploadListSnapshot<Result>[Name]
  >
}

/** A component's uploads as refs. */
export interface Uploads<Result = unknown>
  extends Omit<SnapshotRefs<Result>, 'interrupted'>,
    Actions<Result> {
  /** The rule's uploads that a reload or crash interrupted, newest first. */
  readonly interrupted: ComputedRef<readonly InterruptedFile[]>
  /** Props for an `<input>` that adds files. */
  readonly inputProps: ComputedRef<FileInputProps>
  /** Props for an element that accepts dropped and pasted files, such as the input's label. */
  readonly dropProps: ComputedRef<DropProps>
  /** Whether files are being dragged over the element with `dropProps`. */
  readonly isDragging: Readonly<Ref<boolean>>
}

/** Interrupted uploads, and uploads resumed from them. */
export type Interrupted = Omit<Uploads, 'add' | 'hints' | 'inputProps' | 'dropProps' | 'isDragging'>

export function useUploadsOf<Result>(
  uploader: Uploader,
  rule: string | undefined,
  options: MaybeRefOrGetter<UseUploadsOptions<Result>>,
): Uploads<Result> {
  const held = new ComponentList(uploader, rule, toValue(options))
  watch(
    () => toValue(options),
    (now) => held.use(now),
    { flush: 'sync' },
  )
  const { list } = held
  const snapshot = followed(held)
  const accept = computed(() => snapshot.value.hints?.accept)
  const isDragging = shallowRef(false)
  const onDrop = dropPropsOf(list.add, (now) => {
    isDragging.value = now
  })
  const { getSnapshot, subscribe, hints, update, destroy, ...actions } = list
  return {
    ...actions,
    items: computed(() => snapshot.value.items),
    total: computed(() => snapshot.value.total),
    hints: computed(() => snapshot.value.hints),
    receipts: computed(() => snapshot.value.receipts),
    interrupted: computed(() =>
      snapshot.value.interrupted.map((item) => withInput(item, list, accept.value)),
    ),
    inputProps: computed(() =>
      fileInputProps(list.add, toValue(options).maxFiles !== 1, accept.value),
    ),
    dropProps: computed(() => ({
      ...onDrop,
      ...(isDragging.value ? { 'data-dragging': '' } : {}),
    })),
    isDragging,
  }
}

/**
 * Subscribes to the list until the scope is stopped. Inside a component, it subscribes only after
 * mounting, so server rendering never subscribes.
 */
function followed<Result>(held: ComponentList<Result>): Readonly<Ref<UploadListSnapshot<Result>>> {
  const { list } = held
  const snapshot = shallowRef(list.getSnapshot())
  const letGo = held.hold()
  let stop = () => {}
  const follow = () => {
    stop = list.subscribe(() => {
      snapshot.value = list.getSnapshot()
    })
  }
  if (getCurrentInstance()) onMounted(follow)
  else follow()
  onScopeDispose(() => {
    stop()
    letGo()
  })
  return snapshot
}

function withInput(
  item: InterruptedItem,
  list: UploadList,
  accept: string | undefined,
): InterruptedFile {
  const take = ([file]: Iterable<File>) => {
    if (file) list.resumeInterrupted(item.id, file)
  }
  return { ...item, inputProps: fileInputProps(take, false, accept) }
}
