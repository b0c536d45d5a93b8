import type { Confirmation } from '../../client/temporal/signals.js'
import { reply, type Reply } from './route.js'

/** How what a worker acts on is asked for and answered. */

export const confirmationStatuses = {
  200: 'It is so now.',
  202: 'It is asked for, durably, and no worker has acted on it in time: one does as soon as it runs.',
}

export function confirmation<Answer extends Pick<Confirmation<unknown>, 'confirmed'>>(
  answer: Answer,
): Reply<Answer> {
  return reply(answer.confirmed ? 200 : 202, answer)
}

type Given<Fields> = { [Name in keyof Fields]: Exclude<Fields[Name], undefined> }

/** Without the fields that are undefined. */
export function onlyGiven<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<Fields>
}

/** What the caller gave with the request, and the id under which it is done once. */
export function given<Body extends object>({
  body,
  operationId,
}: {
  body: Body
  operationId: string
}): Given<Body> & { requestId: string } {
  return { ...onlyGiven(body), requestId: operationId }
}
