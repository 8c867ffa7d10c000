import type { ErrorMessage } from '../../protocol/messages.ts'
import type { SignerCall } from '../../protocol/signer-event.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { inBatches } from '../../storage/in-batches.ts'
import { type CallContext, errorMessage } from './call-context.ts'
import { failureOf } from './failure.ts'
import { type RefusedUpload, reportRefusal } from './report-refusal.ts'

export interface EachAnswer<Item, Answer> {
  answer(item: Item): Promise<Answer>
  /** Describes an item for the event about its refusal. */
  describe(item: Item | undefined): Promise<RefusedUpload>
}

/** Answers a call about several items. If one of them fails, its answer is an error message. */
export function answerEach<Item, Answer>(
  context: CallContext,
  call: SignerCall,
  items: readonly (Item | UploadError)[],
  { answer, describe }: EachAnswer<Item, Answer>,
): Promise<(Answer | ErrorMessage)[]> {
  return inBatches(items, async (item) => {
    try {
      if (item instanceof UploadError) throw item
      return await answer(item)
    } catch (error) {
      const failure = failureOf(context, error)
      if (context.report) {
        const described = await describe(item instanceof UploadError ? undefined : item)
        reportRefusal(context, call, failure, described)
      }
      return errorMessage(context, failure)
    }
  })
}
