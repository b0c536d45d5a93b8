import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'

/** One client, over a socket of its own. */
export type Watcher = {
  /** The numbers of the changes that it was told of, in the order in which they came. */
  told: number[]
  /** From the change to here, in ms. */
  delaysMs: number[]
  progress: number
  resets: number
  leave(): void
}

/** @param numberOf which change an event tells of; undefined for others */
export async function startWatcher(
  url: string,
  {
    isReading,
    numberOf,
  }: { isReading: boolean; numberOf: (data: Record<string, unknown>) => number | undefined },
): Promise<Watcher> {
  const asked = request(url, { agent: false })
  asked.on('error', () => undefined)
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  if (answer.statusCode !== 200) throw new Error(`${url}: expected 200, got ${answer.statusCode}`)
  answer.on('error', () => undefined)
  const watcher: Watcher = { told: [], delaysMs: [], progress: 0, resets: 0, leave: () => asked.destroy() }
  if (!isReading) return watcher
  let rest = ''
  answer.setEncoding('utf8')
  answer.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) take(watcher, { block, numberOf })
  })
  return watcher
}

function take(
  watcher: Watcher,
  { block, numberOf }: { block: string; numberOf: (data: Record<string, unknown>) => number | undefined },
): void {
  const name = /^event: (.*)$/m.exec(block)?.[1]
  if (name === 'reset') watcher.resets += 1
  if (name === 'progress') watcher.progress += 1
  if (name !== 'account') return
  const data = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') as Record<string, unknown>
  const number = numberOf(data)
  if (number === undefined) return
  watcher.told.push(number)
  watcher.delaysMs.push(Date.now() - Date.parse(String(data['at'])))
}
