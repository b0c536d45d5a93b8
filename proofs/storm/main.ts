import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startTelegram } from '../../simulator/telegram/telegram.js'
import { openText } from '../../src/inbox/sealed.js'
import { webhookPath } from '../../src/domain/telegram.js'
import { freePort } from '../../src/stack/ports.js'
import { findBot, listBots } from '../../src/store/inbox/bots.js'
import { startApi } from '../shared/api-processes.js'
import { startProgram } from '../shared/program.js'
import { conclude, runProgram, type Frame } from '../shared/run-program.js'
import { operator, startSystem, type CampaignSystem } from '../shared/system.js'
import { WorkerSlot } from '../shared/worker-slot.js'
import { readOptions, stormUsage, type StormOptions } from './options.js'
import { createQueue } from './queue-main.js'
import { reportText, resultOf, type Storm } from './report.js'
import { runStorm } from './storm.js'

const bot = 'storm'

/** `npm run storm`: updates of a bot that come again and again, to processes that die. */
runProgram('storm', {
  usage: stormUsage,
  readOptions,
  async work(options, frame) {
    const { progress, say, stream, closers, interrupted } = frame
    const { signal } = interrupted
    const telegram = await startTelegram()
    closers.add(async () => await telegram.close())
    const system = await startSystem({
      home: options.home,
      workers: 2,
      isTemporalInMemory: true,
      settings: {
        CARILLON_TELEGRAM_URL: telegram.url,
        CARILLON_TELEGRAM_HANDLERS: fileURLToPath(new URL('./handlers.js', import.meta.url)),
      },
      progress,
      signal,
      closers,
    })
    const apis = [
      await startApi(system, { name: 'api-1', closers }),
      await startApi(system, { name: 'api-2', closers }),
    ]
    const token = telegram.addBot({ username: 'carillon_storm_bot' })
    await system.client.bots.add({ id: bot, token, url: apis[0]?.url ?? '', handler: 'storm' })

    say(`${options.updates} updates, each ${options.times} times, to the inbox`)
    const { database } = system.client
    const storm = await runStorm({
      database,
      urls: apis.map(({ url }) => `${url}${webhookPath(bot)}`),
      secret: await secretOf(system),
      slots: [...apis.map(({ slot }) => slot), ...system.workers],
      options,
      signal,
    })
    const [found] = await listBots(database, operator)

    say('The same to a queue in Postgres alone')
    await Promise.all(
      [...apis.map(({ slot }) => slot), ...system.workers].map(async (slot) => await slot.close()),
    )
    await database.query('drop table storm_effect')
    const queue = await overQueue(system, { options, frame })
    const result = resultOf(options, { storm, dead: found?.dead ?? 0, queue })
    return conclude(
      { stream },
      { text: reportText(result), logsDir: system.logsDir, isJson: options.isJson, result },
    )
  },
})

/** What Telegram would send with each update. */
async function secretOf({ client: { database, ring } }: CampaignSystem): Promise<string> {
  const stored = await findBot(database, bot)
  if (!stored) throw new Error('the bot was added')
  return openText(ring, { of: { operator, bot }, kind: 'secret', sealed: stored.secret })
}

async function overQueue(
  { client: { database }, environment, journal, logsDir }: CampaignSystem,
  { options, frame: { closers, interrupted } }: { options: StormOptions; frame: Frame },
): Promise<Storm> {
  await createQueue(database)
  const start = async (name: string, port?: number) => {
    const args = [environment['DATABASE_URL'] ?? '', ...(port === undefined ? [] : [String(port)])]
    const logFile = join(logsDir, `${name}.log`)
    const launch = () => startProgram({ program: 'proofs/storm/queue-main.js', args, env: {}, logFile })
    const slot = new WorkerSlot(name, launch, journal, 'ready')
    closers.add(async () => await slot.close())
    await slot.started()
    return slot
  }
  const ports = [await freePort(), await freePort()]
  const slots = [
    ...(await Promise.all(ports.map(async (port, n) => await start(`queue-api-${n + 1}`, port)))),
    await start('queue-worker-1'),
    await start('queue-worker-2'),
  ]
  return await runStorm({
    database,
    urls: ports.map((port) => `http://127.0.0.1:${port}/`),
    secret: 'none',
    slots,
    options,
    signal: interrupted.signal,
  })
}
