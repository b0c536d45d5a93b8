/** All bots have this in common: sockets first, then the engine; and the bench asks for work and for what is left of it. */
import { Pool } from 'pg'
import { openAccounts } from './whatsapp.mjs'

/**
 * @typedef {{ id: string, phone: string, jid: string, text: string, dueMs: number }} Job
 * @typedef {object} Engine
 * @property {(jobs: Job[]) => Promise<void>} create each due at its own time
 * @property {() => Promise<{ open: number, failed: number }>} left jobs that are not over; and those that were given up
 * @property {() => Promise<void>} close
 */

/**
 * @param {(given: { databaseUrl: string, temporalAddress: string, redisPort: number, pollMs: number | undefined,
 *   folder: string, pool: Pool, deliver: (job: Job) => Promise<void> }) => Promise<Engine>} startEngine
 */
export function serve(startEngine) {
  run(startEngine).catch((error) => {
    process.stderr.write(`bot: ${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  })
}

async function run(startEngine) {
  const settings = JSON.parse(process.argv[2])
  const pool = new Pool({ connectionString: settings.databaseUrl, max: 10 })
  const accounts = await openAccounts(pool, settings)
  const deliver = async (job) => {
    await accounts.send(job)
    process.send({ kind: 'acked' })
  }
  const engine = await startEngine({ ...settings, pool, deliver })
  const answers = {
    create: async ({ jobs }) => await engine.create(jobs),
    left: async () => await engine.left(),
    /** Without the engine: so that each group has its sender key before anything is measured. One at a time an account. */
    warm: async ({ jobs }) => {
      const sendAll = async (phone) => {
        for (const job of jobs.filter((job) => job.phone === phone)) await accounts.send(job)
      }
      await Promise.all(settings.phones.map(sendAll))
    },
  }
  process.on('message', (message) => {
    answers[message.ask](message).then(
      (answer) => process.send({ kind: 'answer', id: message.id, answer }),
      (error) => process.send({ kind: 'answer', id: message.id, error: error.stack ?? String(error) }),
    )
  })
  process.once('SIGTERM', () => {
    void engine
      .close()
      .then(() => accounts.close())
      .finally(() => process.exit(0))
  })
  process.send({ kind: 'ready' })
}
