/** One way to run a bot: `pollMs` is handed to it, and without it the engine's own default counts. */
export type PeerSystem = {
  id: string
  title: string
  /** Of the bot's program; systems of the same one share their accounts and their database. */
  bot: string
  pollMs?: number
  engine: 'redis' | 'temporal' | 'postgres'
  /** How long a message may take to create, at most. */
  createMs: number
  /** Whether the bot of another one is the same but for its polling: what a death does to it is not asked twice. */
  isSlower?: boolean
}

export const carillonId = 'carillon'
export const carillonTitle = 'Carillon'
export const carillonCreateMs = 90

export const peerSystems: PeerSystem[] = [
  { id: 'temporal', title: 'bare Temporal', bot: 'temporal', engine: 'temporal', createMs: 40 },
  { id: 'bullmq', title: 'BullMQ', bot: 'bullmq', engine: 'redis', createMs: 3 },
  {
    id: 'pg-boss',
    title: 'pg-boss, polls each 2 s',
    bot: 'pg-boss',
    engine: 'postgres',
    createMs: 3,
    isSlower: true,
  },
  {
    id: 'pg-boss-fast',
    title: 'pg-boss, each 0.5 s',
    bot: 'pg-boss',
    pollMs: 500,
    engine: 'postgres',
    createMs: 3,
  },
  {
    id: 'graphile-worker',
    title: 'graphile-worker, polls each 2 s',
    bot: 'graphile-worker',
    engine: 'postgres',
    createMs: 3,
    isSlower: true,
  },
  {
    id: 'graphile-worker-fast',
    title: 'graphile-worker, each 0.5 s',
    bot: 'graphile-worker',
    pollMs: 500,
    engine: 'postgres',
    createMs: 3,
  },
  {
    id: 'dbos',
    title: 'DBOS, a queue polled each 1 s',
    bot: 'dbos',
    engine: 'postgres',
    createMs: 15,
    isSlower: true,
  },
  {
    id: 'dbos-sleep',
    title: 'DBOS, workflows that sleep',
    bot: 'dbos',
    pollMs: 0,
    engine: 'postgres',
    createMs: 15,
  },
]

export const systemIds = [carillonId, ...peerSystems.map(({ id }) => id)]
