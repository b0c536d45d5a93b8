import { createStyle } from '../../src/cli/io.js'
import { createIo } from '../../src/cli/process-io.js'
import { progressView } from '../../src/cli/run/watch.js'
import { formatDuration } from '../../src/domain/duration.js'
import { deliver } from './deliver.js'
import { demoUsage, readOptions, type DemoOptions } from './options.js'
import { runProgram, type Frame } from '../shared/run-program.js'
import { isPerfect, reportText } from './report.js'
import { createGroups, pairAccount, waitForGroups } from './scene.js'
import { placesText } from './places.js'
import { startSystem } from './system.js'

/** `npm run demo`: the whole system delivers a real reminder to a local WhatsApp, and its recipients tell. */
runProgram('demo', { usage: demoUsage, readOptions, work: show })

async function show(
  options: DemoOptions,
  { progress, say, stream, closers, interrupted }: Frame,
): Promise<number> {
  const { signal } = interrupted
  const io = createIo()
  const style = createStyle(io.hasColor)
  const view = progressView({
    io: { ...io, out: say, terminal: stream.isTTY ? stream : undefined },
    isJson: false,
    style,
    client: async () => await Promise.reject(new Error('the demo has its own client')),
  })

  const startedAt = Date.now()
  const system = await startSystem({
    home: options.home,
    progress,
    signal,
    closers,
  })
  interrupted.failOn(system.failed)
  const { client, whatsapp, stack } = system
  say(
    `The system is ready (${formatDuration(Date.now() - startedAt)}). Making ${options.groups} groups of ${options.members} members`,
  )
  const groups = await createGroups(whatsapp, options)
  say('Linking the account by QR code')
  await pairAccount(client, { whatsapp, isRealPace: options.isRealPace, signal })
  await waitForGroups(client, groups.length)
  const { dueInSeconds } = options
  const delivered = await deliver({ client, whatsapp, groups, dueInSeconds, view, say, signal })

  const { result } = delivered
  stream.write(`\n${reportText({ ...delivered, style: createStyle(stream.isTTY && io.hasColor) })}\n\n`)
  const isGood = isPerfect(result) && delivered.isCompleted
  if (!isGood) stream.write(`The logs are in ${system.logsDir}\n`)
  if (options.isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
  if (options.isKept) {
    stream.write(`${placesText({ ...delivered, stack, home: options.home })}\n`)
    interrupted.expect(isGood ? 0 : 1)
    return await interrupted.promise
  }
  return isGood ? 0 : 1
}
