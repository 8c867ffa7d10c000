import type { HeldFiles } from './held-files.ts'
import type { FileIntake } from './intake/file-intake.ts'
import type { ViewActions } from './view/view-model.ts'
import type { WaybillUploadElement } from './waybill-upload-element.ts'

export function actionsOf(
  element: WaybillUploadElement,
  intake: FileIntake,
  files: HeldFiles,
): ViewActions {
  return {
    choose: () => element.choose(),
    chooseFolder: () => intake.open({ kind: 'add', from: 'folder' }),
    capture: () => intake.open({ kind: 'add', from: 'camera' }),
    start: (id) => element.start(id),
    pause: (id) => element.pause(id),
    resume: (id) => element.resume(id),
    retry: (id) => element.retry(id),
    remove: (id) => element.removeFile(id),
    undo: (id) => element.undoRemove(id),
    clear: () => element.clear(),
    chooseForInterrupted: (id) => intake.chooseForInterrupted(id),
    forgetInterrupted: (id) => files.forgetInterrupted(id),
  }
}
