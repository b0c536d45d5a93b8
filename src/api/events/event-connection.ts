import { Socket } from 'node:net'
import { connectionTo } from '../../store/connection.js'
import { clientLike, type Database, type Queryable } from '../../store/database.js'
import { eventChannel } from '../../store/events/event-log.js'

const answerMs = 10_000

/** The one connection of a process that hears what changed, and reads it. */
export type EventConnection = {
  db: Queryable
  /** Without a farewell: the far end may not be there to take it. */
  drop: () => void
}

/**
 * @param database the pool of the process, whose keys it has
 * @param onNews what a notification carries: a run whose progress is another one, a pairing that is, or nothing
 * @param onLost once, when it is of no use any more
 */
export async function openEventConnection(
  databaseUrl: string,
  {
    database,
    onNews,
    onLost,
  }: { database: Database; onNews: (news: string) => void; onLost: (error: Error) => void },
): Promise<EventConnection> {
  const socket = new Socket()
  const client = clientLike(database, {
    application_name: 'carillon events',
    ...connectionTo(databaseUrl),
    stream: () => socket,
    connectionTimeoutMillis: answerMs,
    // A far end that is gone without a word is found by the question that comes every now and then.
    query_timeout: answerMs,
  })
  const lost = once(onLost)
  client.on('error', lost)
  client.on('end', () => lost(new Error('the connection ended')))
  client.on('notification', ({ payload }) => onNews(payload ?? ''))
  try {
    await client.connect()
    await client.query(`listen ${eventChannel}`)
  } catch (error) {
    socket.destroy()
    throw error
  }
  return { db: client as unknown as Queryable, drop: () => socket.destroy() }
}

function once(say: (error: Error) => void): (error: Error) => void {
  let isSaid = false
  return (error) => {
    if (!isSaid) say(error)
    isSaid = true
  }
}
