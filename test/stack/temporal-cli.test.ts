import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cliSources, findTemporalCli } from '../../src/stack/temporal/cli.js'
import { builtCliName } from '../../src/stack/temporal/cli-build.js'
import { recordedProgress } from './support/recorded-progress.js'
import { temporaryFolder } from './support/temporary-home.js'

// A download would depend on the network of whoever runs this.
const noDownload = cliSources.map((source) =>
  source.name === 'download by the SDK'
    ? { ...source, find: async () => ({ kind: 'failed' as const, why: 'no way to the server' }) }
    : source,
)
const goodCli = `#!/bin/sh\necho 'temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)'\n`

it('takes the one that is named first, whatever else is there', async () => {
  const place = makePlace()
  place.add('path/temporal', goodCli)
  const named = place.add('named', goodCli)
  expect(await findTemporalCli(place.context({ CARILLON_TEMPORAL_CLI: named }))).toBe(named)
})

it('says why each way fails, and goes on to the next', async () => {
  const place = makePlace()
  const named = place.add('named', '#!/bin/sh\nexit 7\n')
  place.add('path/temporal', `#!/bin/sh\necho 'temporal version 1.3.0 (Server 1.27.1, UI 2.36.0)'\n`)
  const cached = place.add(`cache/carillon/${builtCliName}`, 'no program at all\n')
  place.addGo(`write_good_cli`)

  const found = await findTemporalCli(place.context({ CARILLON_TEMPORAL_CLI: named }), noDownload)

  expect(found).toBe(cached)
  expect(readFileSync(cached, 'utf8')).toBe(goodCli)
  expect(place.lines).toEqual([
    expect.stringMatching(/^Temporal CLI, CARILLON_TEMPORAL_CLI: .*\/named does not run: /),
    'Temporal CLI, PATH: temporal is too old: server 1.27, and 1.28 is needed',
    expect.stringMatching(/^Temporal CLI, cache: .*\/temporal-1\.8\.2 does not run: /),
    'Temporal CLI, download by the SDK: no way to the server',
    expect.stringMatching(/^Building the Temporal CLI with Go\. It takes minutes/),
  ])
})

it('says what to do when no way is left', async () => {
  const place = makePlace()
  const search = findTemporalCli(place.context({ CARILLON_TEMPORAL_CLI: '/no/such/file' }), noDownload)
  await expect(search).rejects.toThrow(
    [
      'No Temporal CLI could be found or made:',
      '  Temporal CLI, CARILLON_TEMPORAL_CLI: /no/such/file: not found',
      `  Temporal CLI, PATH: no 'temporal' there`,
      `  Temporal CLI, cache: none in ${place.cache}`,
      '  Temporal CLI, download by the SDK: no way to the server',
      '  Temporal CLI, build from source: Go is not installed',
      'Install it (https://docs.temporal.io/cli) or set CARILLON_TEMPORAL_CLI',
    ].join('\n'),
  )
})

it('does not keep what a failed build has left', async () => {
  const place = makePlace()
  place.addGo(`write_good_cli; echo 'no space left on device' >&2; exit 1`)
  await expect(findTemporalCli(place.context(), noDownload)).rejects.toThrow(
    'build from source: go build ended with 1: no space left on device',
  )
  place.addGo(`echo half > "$output"`)
  await expect(findTemporalCli(place.context(), noDownload)).rejects.toThrow(
    /build from source: .* does not run/,
  )
  expect(existsSync(join(place.cache, builtCliName))).toBe(false)

  place.addGo('write_good_cli')
  await findTemporalCli(place.context(), noDownload)
  expect(readdirSync(place.cache)).toEqual([builtCliName])
})

it('builds once for two that need it at the same time', async () => {
  const place = makePlace()
  place.addGo(`echo x >> '${place.folder}/builds'; sleep 1; write_good_cli`)
  const [first, second] = await Promise.all([
    findTemporalCli(place.context(), noDownload),
    findTemporalCli(place.context(), noDownload),
  ])
  expect(first).toBe(second)
  expect(readFileSync(join(place.folder, 'builds'), 'utf8')).toBe('x\n')
  expect(place.lines).toContain(`Waiting for the Temporal CLI, which process ${process.pid} builds`)
})

it('tells how far a build is', async () => {
  const place = makePlace()
  place.addGo(
    `echo 'go: downloading example.com v1' >&2; sleep 3; echo fmt >&2; echo io >&2; sleep 3; write_good_cli`,
  )
  const ticks: string[] = []
  const progress = { ...recordedProgress(), tick: (text: string) => void ticks.push(text) }
  await findTemporalCli({ ...place.context(), progress }, noDownload)
  expect(ticks[0]).toMatch(/^Building the Temporal CLI: 1 modules fetched, \d+ s$/)
  expect(ticks.at(-1)).toMatch(/^Building the Temporal CLI: 2 of about 1,718 packages compiled, \d+ s$/)
})

it('stops a build that is no longer wanted', async () => {
  const place = makePlace()
  place.addGo('exec sleep 600')
  const abort = new AbortController()
  const search = findTemporalCli({ ...place.context(), signal: abort.signal }, noDownload)
  setTimeout(() => abort.abort(new Error('told to stop')), 500)
  await expect(search).rejects.toThrow('told to stop')
  expect(readdirSync(place.cache)).toEqual([])
})

function makePlace() {
  const folder = temporaryFolder()
  const cache = join(folder, 'cache/carillon')
  mkdirSync(cache, { recursive: true })
  mkdirSync(join(folder, 'path'))
  const { lines, ...progress } = recordedProgress()
  const add = (name: string, content: string) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    chmodSync(path, 0o755)
    return path
  }
  return {
    folder,
    cache,
    lines,
    add,
    /** A `go` whose build is this script; `$output` is where the binary belongs. */
    addGo(script: string) {
      const content = goodCli.replaceAll("'", String.raw`'\''`)
      add(
        'path/go',
        `#!/bin/sh
for argument; do
  if [ "$previous" = -o ]; then output=$argument; fi
  previous=$argument
done
write_good_cli() { printf '%s' '${content}' > "$output"; chmod +x "$output"; }
${script}
`,
      )
    },
    context: (env: NodeJS.ProcessEnv = {}) => ({
      env: { PATH: `${join(folder, 'path')}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, 'cache'), ...env },
      progress,
    }),
  }
}
