import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { SimulatorClient } from '../../simulator/client.js'
import type { Frame } from '../../proofs/shared/run-program.js'
import { runProgram } from '../../proofs/shared/run-program.js'
import { startSystem, type CampaignSystem } from '../../proofs/shared/system.js'
import { messageOf } from '../../src/stack/errors.js'
import { describeHome } from '../../src/stack/home.js'
import { Bot, type Places } from './bot.js'
import { Carillon } from './carillon.js'
import type { Contender } from './contender.js'
import { peersUsage, readOptions, type PeersOptions } from './options.js'
import { findRedis, startRedis, type Redis } from './redis.js'
import { reportText, systemResult, type PeersResult, type Rounds } from './report.js'
import { Scene, type GroupKind } from './scene.js'
import { carillonId, peerSystems, type PeerSystem } from './systems.js'
import { versions } from './versions.js'
import { burst, deaths, lag } from './workloads.js'

const settleMs = 300_000

type Entry = { contender: Contender; scene: Scene; rounds: Rounds }

/** `npm run bench:peers`: Carillon beside what people would take instead. */
runProgram('peers', {
  usage: peersUsage,
  readOptions,
  async work(options, frame) {
    const { stream } = frame
    const chosen = peerSystems.filter(({ id }) => options.only.includes(id))
    const needsRedis = chosen.some(({ engine }) => engine === 'redis')
    if (needsRedis) findRedis()
    const { progress, closers, interrupted } = frame
    const system = await startSystem({
      home: options.home,
      workers: 1,
      progress,
      signal: interrupted.signal,
      closers,
    })
    const redis = needsRedis
      ? await startRedis({
          folder: join(options.home, 'temporal'),
          logFile: join(system.logsDir, 'redis.log'),
          closers,
        })
      : undefined
    const entries = await prepare(system, { options, chosen, redis, frame })
    const problems = await measure(system, { entries, options, frame })
    const result: PeersResult = {
      systems: Object.fromEntries(
        entries.map(({ contender, rounds }) => [contender.id, systemResult(rounds)]),
      ),
      versions: { ...versions(), ...(redis && versionOf(redis)) },
      machine: { cores: cpus().length, model: cpus()[0]?.model ?? 'unknown', load: loadavg()[0] ?? 0 },
      rounds: options.rounds,
      problems,
    }
    stream.write(`\n${reportText(result)}\n\nThe logs are in ${system.logsDir}\n`)
    if (options.isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
    return problems.length === 0 ? 0 : 1
  },
})

function versionOf({ version }: Redis): { [name: string]: string } {
  const [name = '', number = ''] = version.split(' ')
  return { [name]: number }
}

/** Accounts, groups and databases; each account is linked, and each group has its sender key. */
async function prepare(
  system: CampaignSystem,
  {
    options,
    chosen,
    redis,
    frame: { say, closers, interrupted },
  }: { options: PeersOptions; chosen: PeerSystem[]; redis: Redis | undefined; frame: Frame },
): Promise<Entry[]> {
  const { whatsapp } = system
  await whatsapp.countOnly()
  const entries: Entry[] = []
  const enter = (contender: Contender, scene: Scene) => {
    const { title } = contender
    entries.push({ contender, scene, rounds: { title, p1: [], p2: [], p3: [] } })
    closers.add(async () => await contender.stop())
  }
  const scenes = new Map<string, Scene>()
  const sceneOf = async (family: string) => {
    const known = scenes.get(family)
    if (known) return known
    const scene = new Scene(scenes.size + 1, options)
    scenes.set(family, scene)
    await scene.make(whatsapp)
    return scene
  }

  const hasCarillon = options.only.includes(carillonId)
  const carillonScene = hasCarillon ? await sceneOf(carillonId) : new Scene(0, { ...options, workloads: [] })
  const carillon = new Carillon(system, carillonScene, options.home)
  if (hasCarillon) {
    say('Carillon: linking the accounts, and the first message to each group')
    await carillon.link()
    await warmEach(whatsapp, async (kind) => await carillon.warm(kind))
    enter(carillon, carillonScene)
  }
  await carillon.leaveFirstWorker()

  for (const peer of chosen) {
    interrupted.signal.throwIfAborted()
    const isNew = !scenes.has(peer.bot)
    const scene = await sceneOf(peer.bot)
    const bot = new Bot(peer, scene, await placesOf(system, { peer, isNew, redis, home: options.home }))
    enter(bot, scene)
    if (!isNew) continue
    say(`${peer.title}: linking the accounts, and the first message to each group`)
    await bot.start()
    await warmEach(whatsapp, async (kind) => await bot.warm(scene.warmUp(kind)))
    await bot.stop()
  }
  return entries
}

/** Members that decrypt later must have been there from the first message on. */
async function warmEach(whatsapp: SimulatorClient, warm: (kind: GroupKind) => Promise<void>): Promise<void> {
  await whatsapp.configure({ decrypting: true })
  await warm('read')
  await whatsapp.settled({ timeoutMs: settleMs })
  await whatsapp.countOnly()
  await warm('counted')
}

async function placesOf(
  { client, whatsapp, postgres, temporal, logsDir }: CampaignSystem,
  { peer, isNew, redis, home }: { peer: PeerSystem; isNew: boolean; redis: Redis | undefined; home: string },
): Promise<Places> {
  const { databaseUrl: own, temporalAddress } = client.addresses
  const name = `peer_${peer.bot.replaceAll('-', '_')}`
  if (isNew) {
    const database = new Client({ connectionString: own })
    await database.connect()
    await database.query(`create database ${name}`)
    await database.end()
  }
  const url = new URL(own)
  url.pathname = `/${name}`
  const engine = {
    redis: () => redis?.pid,
    temporal: () => temporal.pid,
    postgres: () => undefined,
  }[peer.engine]
  return {
    whatsapp,
    databaseUrl: url.href,
    temporalAddress,
    redisPort: redis?.port,
    enginePids: () => [postgres.pid, engine()],
    folder: describeHome(home).path,
    logFile: join(logsDir, `${peer.bot}.log`),
  }
}

/** Each round begins with another one of the systems, so that none always comes after the same. */
async function measure(
  { whatsapp }: CampaignSystem,
  {
    entries,
    options: { rounds, workloads },
    frame: { say, interrupted },
  }: { entries: Entry[]; options: PeersOptions; frame: Frame },
): Promise<string[]> {
  const { signal } = interrupted
  const problems: string[] = []
  for (let round = 1; round <= rounds; round++) {
    const order = round % 2 === 1 ? entries : entries.toReversed()
    for (const { contender, scene, rounds: figures } of order) {
      signal.throwIfAborted()
      const asked = workloads.filter((workload) => workload !== 'p3' || !contender.isSlower)
      if (asked.length === 0) continue
      const trial = { contender, scene, whatsapp, round, signal }
      for (const workload of asked) {
        say(`Round ${round} of ${rounds}: ${contender.title}, ${workload}`)
        try {
          if (workload === asked[0]) await contender.start()
          if (workload === 'p1') figures.p1.push(await lag(trial))
          else if (workload === 'p2') figures.p2.push(await burst(trial))
          else figures.p3.push(await deaths(trial))
        } catch (error) {
          // The others are measured all the same: a run takes an hour.
          signal.throwIfAborted()
          problems.push(`${contender.title}, ${workload}, round ${round}: ${messageOf(error)}`)
          break
        }
      }
      await contender.stop()
    }
  }
  return problems
}
