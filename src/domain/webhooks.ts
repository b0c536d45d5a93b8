/** What an endpoint can hear of. The catalogue, with a body of each, is in docs/webhooks.md. */
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

/** One event to one endpoint: the id makes a second delivery of it impossible. */
export function webhookDeliveryWorkflowId(eventId: string, endpointId: string): string {
  return `webhook:${eventId}/${endpointId}`
}
