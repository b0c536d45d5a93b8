/** How something was asked for, as the audit has it. */
export const ways = [
  'cli',
  'api',
  'mcp',
  /** A bot's, in a chat. */
  'chat',
  /** The client in somebody's own program. */
  'library',
  /** A signal or an update that was sent to the workflow by hand, or its cancellation. */
  'temporal',
  /** Nobody: Carillon itself. */
  'system',
] as const

export type Way = (typeof ways)[number]

/** Of a request to a workflow, which the client gives an id that begins so: `cli~4f1c…`. */
export function markedRequestId(way: Way, requestId: string): string {
  return `${way}~${requestId}`
}

/** One that has no such mark was sent by hand. */
export function wayOf(requestId: string): Way {
  const [mark] = requestId.split('~', 1)
  return ways.find((way) => way === mark && requestId.length > way.length) ?? 'temporal'
}
