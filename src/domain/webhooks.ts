/** The events that an endpoint can hear of. Their catalogue, with a body of each, is in docs/webhooks.md. */
export const webhookTypes = [
  'run.started',
  'run.finished',
  'run.failed',
  'send.failed',
  'account.state',
  'reminder.missed',
] as const
export type WebhookType = (typeof webhookTypes)[number]

/** `waiting` until its endpoint has it, or until that is given up (`failed`) or not wanted any more (`dropped`). */
export const webhookDeliveryStates = ['waiting', 'delivered', 'failed', 'dropped'] as const
export type WebhookDeliveryState = (typeof webhookDeliveryStates)[number]

export const webhookRelayWorkflowId = 'webhooks'

/** Nothing of webhooks takes a slot from what sends: a receiver may keep a try waiting for as long as it likes. */
export const webhooksTaskQueue = 'webhooks'

/** One event to one endpoint, handed over for the so-manieth time: the id makes a second one of that turn impossible. */
export function webhookDeliveryWorkflowId({
  eventId,
  endpointId,
  turn,
}: {
  eventId: string
  endpointId: string
  turn: number
}): string {
  return `webhook:${eventId}/${endpointId}#${turn}`
}

/** The wait before an event is tried again by itself, by the number of tries: 1 s, 3 s, 9 s … up to an hour. */
export function retryDelayMs(tries: number): number {
  return Math.min(3_600_000, 1_000 * 3 ** Math.max(0, tries - 1))
}
