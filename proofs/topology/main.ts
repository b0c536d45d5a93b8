import { loadavg } from 'node:os'
import { createStyle } from '../../src/cli/io.js'
import { createIo } from '../../src/cli/process-io.js'
import { runProgram, type Frame } from '../shared/run-program.js'
import { createGroups, pairAccount, waitForGroups } from '../demo/scene.js'
import { formatDuration } from '../../src/domain/duration.js'
import { disturbancesOf } from './disturbances.js'
import { readOptions, topologyUsage, type TopologyOptions } from './options.js'
import { reportText } from './report.js'
import { serviceStates } from './states.js'
import { startTopology, type TopologySystem } from './system.js'
import { hasPassed, tryOut, type TrialResult } from './trial.js'

/** `npm run topology`: the production shape as processes, proved at the recipients while parts of it go and come. */
runProgram('topology', { usage: topologyUsage, readOptions, work: prove })

async function prove(
  options: TopologyOptions,
  { progress, say, stream, closers, interrupted }: Frame,
): Promise<number> {
  const { signal } = interrupted
  const startedMs = Date.now()
  const system = await startTopology({ home: options.home, progress, signal, closers })
  interrupted.failOn(system.failed)
  const readyMs = Date.now() - startedMs
  say(`The system is ready (${formatDuration(readyMs)}). Linking an account with ${options.groups} groups`)
  const groups = await createGroups(system.whatsapp, options)
  await pairAccount(system.client, { whatsapp: system.whatsapp, isRealPace: false, signal })
  await waitForGroups(system.client, groups.length)

  const trials: TrialResult[] = []
  for (const { name, disturb, after } of disturbancesOf(system, options.backupTools)) {
    say(`Sending to ${groups.length} groups. ${name} in the middle of it`)
    trials.push(await tryOut({ name, disturb, ...system, groups, signal }))
    await after?.()
  }
  const services = await serviceStates(system)
  const style = createStyle(stream.isTTY && createIo().hasColor)
  stream.write(`\n${reportText({ services, trials, style })}\n\n`)
  const isGood =
    trials.every((trial) => hasPassed(trial)) && services.every(({ health }) => health.startsWith('healthy'))
  if (!isGood) stream.write(`The logs are in ${system.setting.home.logsDir}\n`)
  if (options.isJson)
    process.stdout.write(`${JSON.stringify({ isGood, readyMs, services, trials, load: loadavg() })}\n`)
  if (!options.isKept) return isGood ? 0 : 1
  stream.write(`${keptText(system)}\n`)
  interrupted.expect(isGood ? 0 : 1)
  return await interrupted.promise
}

function keptText({ setting, environmentFile }: TopologySystem): string {
  const { ports } = setting
  return [
    'The system keeps running; Ctrl-C stops it.',
    '',
    `  Temporal Web UI   http://127.0.0.1:${ports.ui}`,
    `  Temporal          127.0.0.1:${ports.frontend}`,
    `  Command line      env $(cat ${environmentFile} | tr -d "'") ./bin/carillon reminder list`,
    '',
  ].join('\n')
}
