// `npm run bench:waiting [-- --json]`: very many runs that wait for one account. The figures go to stdout, all else to
// stderr; with --json the last line of stdout is one object.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'

const isJson = process.argv.includes('--json')
const folder = mkdtempSync(join(tmpdir(), 'waiting-'))
const result = join(folder, 'figures.json')
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'bench/vitest.config.ts', 'bench/waiting-runs'],
  { stdio: ['ignore', 2, 2], env: { ...process.env, WAITING_RESULT: result } },
)
if (existsSync(result)) {
  const figures = JSON.parse(readFileSync(result, 'utf8'))
  process.stdout.write(`${report(figures)}\n`)
  if (isJson) process.stdout.write(`${JSON.stringify({ ...figures, isGood: status === 0 })}\n`)
}
rmSync(folder, { recursive: true })
process.exitCode = status ?? 1

function report(figures) {
  const ms = (value) => `${value.toFixed(1)} ms`
  const line = (what, text) => `  ${what.padEnd(34)} ${text}`
  return [
    `${figures.waiting} runs wait for one account; ${figures.workflows} of them are workflows, the others rows`,
    ...figures.estimates.map(({ runs, statementMs, passMs, firstMs, keptMs }) =>
      line(
        `estimate of ${runs} runs`,
        `${ms(firstMs)} (statement ${ms(statementMs)}, pass ${ms(passMs)}), kept ${ms(keptMs)}`,
      ),
    ),
    line(
      'the lock, while they came',
      `${figures.eventsWhileArriving} events, ${figures.signalsWhileArriving} signals`,
    ),
    line(
      'the lock, a minute',
      `${figures.eventsAMinute.toFixed(0)} events, ${figures.signalsAMinute.toFixed(1)} signals`,
    ),
    line('slowest of ten pauses', ms(figures.slowestPauseMs)),
    line(
      'event loop of the worker, late',
      `${ms(figures.loop.maxMs)} at most, ${ms(figures.loop.p99Ms)} in 99 of 100`,
    ),
    line('the same with nobody waiting', `${ms(figures.loopBefore.maxMs)} at most`),
    line('the same while they came', `${ms(figures.loopWhileStarting.maxMs)} at most`),
    `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0].toFixed(1)}`,
  ].join('\n')
}
