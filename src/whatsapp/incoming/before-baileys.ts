import type { BinaryNode, WASocket } from '../baileys.js'

type Listener = (node: BinaryNode) => unknown

/**
 * Puts `takes` before Baileys' own listeners of this kind of stanza: what it takes, Baileys does not see. `pass` hands a
 * stanza to Baileys, and resolves when that is done with it.
 */
export function beforeBaileys(
  {
    socket: { ws },
    inBackground,
  }: { socket: Pick<WASocket, 'ws'>; inBackground: (work: Promise<unknown>) => void },
  event: string,
  takes: (node: BinaryNode, pass: () => Promise<void>) => Promise<void>,
): void {
  const theirs = ws.listeners(event) as Listener[]
  if (theirs.length === 0) throw new Error(`Baileys does not listen to ${event}: is it another version?`)
  for (const listener of theirs) ws.off(event, listener)
  ws.on(event, (node: BinaryNode) => {
    const pass = async (): Promise<void> => {
      for (const listener of theirs) await listener(node)
    }
    inBackground(takes(node, pass))
  })
}
