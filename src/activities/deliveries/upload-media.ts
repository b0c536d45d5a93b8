import { ApplicationFailure } from '@temporalio/activity'
import { isMedia } from '../../domain/definition.js'
import { findMedia } from '../../store/reminders/media.js'
import { runParts, saveUpload, uploadsOf } from '../../store/sends/uploads.js'
import { whileHeartbeating } from '../heartbeating.js'
import type { DeliveryContext } from './context.js'

/**
 * Uploads each media of the run that is not uploaded yet. A crash between the upload and its row uploads that one
 * again; one that has its row is never uploaded twice.
 */
export async function uploadMedia(
  { database, session, logger }: DeliveryContext,
  { runId }: { runId: string },
): Promise<void> {
  const done = await uploadsOf(database, runId)
  for (const [part, media] of (await runParts(database, runId)).entries()) {
    if (!isMedia(media) || done.has(part)) continue
    const file = await findMedia(database, media.media)
    if (!file)
      throw ApplicationFailure.nonRetryable(`The media of part ${part} of ${runId} is gone.`, 'BadMedia')
    const content = await whileHeartbeating(() =>
      session.uploadMedia({
        kind: media.kind,
        bytes: file.bytes,
        mime: file.mime,
        ...(media.caption !== undefined && { caption: media.caption }),
        ...(file.thumbnail && { thumbnail: file.thumbnail }),
        ...(file.width !== null && { width: file.width }),
        ...(file.height !== null && { height: file.height }),
      }),
    )
    await saveUpload(database, { runId, part, content })
    logger.info({ runId, part, bytes: file.bytes.length }, 'media uploaded')
  }
}
