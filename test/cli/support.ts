import { createApi } from '../../src/api/app.js'
import { connectApi } from '../../src/cli/connect-api.js'
import { runCli } from '../../src/cli/run-cli.js'
import type { CommandClient, Io } from '../../src/cli/io.js'
import { localZone } from '../../src/client/input/context.js'
import type { Keys } from '../../src/client/keys/keys.js'
import type { CarillonClient } from '../../src/client/client.js'
import type { UploadedMedia } from '../../src/client/media.js'
import type { RunProgress } from '../../src/client/runs/progress.js'
import { createLogger } from '../../src/logging.js'
import { mediaOf } from './views.js'

type Stub = { keys?: Keys } & {
  [Part in 'accounts' | 'groups' | 'reminders' | 'runs' | 'webhooks' | 'media' | 'bots' | 'inbox']?: Partial<
    CarillonClient[Part]
  >
}

export type Ran = { exitCode: number; stdout: string; stderr: string; closed: number; connected: number }

/** The way of the commands to the client: their own process, or the API. The tests of this folder are run by both. */
export const way = process.env['CARILLON_TEST_WAY'] === 'api' ? 'api' : 'direct'

/** Options as they arrive at the client: the API names each request, and reads no files. */
export function arriving<Options extends { folder?: string }>(options: Options): object {
  if (way === 'direct') return options
  const { folder: _folder, ...others } = options
  return others
}
/** The same of what is done once. */
export function asked<Options extends object>(options: Options): object {
  return way === 'direct' ? options : { ...arriving(options), requestId }
}
const requestId = 'an-operation'

/** A new reminder as it arrives: the zone is that of who writes it. */
export function written<Input extends object>(input: Input): object {
  return way === 'direct' ? input : { zone: localZone(), ...input }
}

/** Runs the CLI against a client that has only what the test gives it. */
export async function run(
  args: string[],
  { client = {}, stdin = '', io = {} }: { client?: Stub; stdin?: string; io?: Partial<Io> } = {},
): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  let closed = 0
  let connected = 0
  const exitCode = await runCli(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    terminal: undefined,
    hasColor: false,
    env: {},
    readStdin: async () => stdin,
    isStdinTty: stdin === '',
    signal: new AbortController().signal,
    connect: async () => {
      connected += 1
      return {
        ...(way === 'api' ? throughApi(client) : (client as CommandClient)),
        close: async () => {
          closed += 1
        },
      }
    },
    now: () => new Date('2026-11-24T06:00:00Z'),
    ...io,
  })
  return { exitCode, stdout: out.join('\n'), stderr: err.join('\n'), closed, connected }
}

/** The same client behind the API as it is, but for its socket and its tables. */
function throughApi(client: Stub): CommandClient {
  const behindApi = {
    ...client,
    media: { upload, ...client.media },
    runs: { ...client.runs, ...(client.runs?.watch && { progress: looks(client.runs.watch) }) },
  } as unknown as CarillonClient
  const app = createApi({
    cronSecret: undefined,
    reconcile: () => Promise.reject(new Error('nobody asks for it')),
    logger: createLogger('silent'),
    v1: {
      authenticate: async () => ({ operatorId: 'local', tokenId: 'one', name: 'desk', role: 'owner' }),
      clientOf: () => behindApi,
      examine: async () => [],
      repetitions: async (_asked, work) => {
        const { status, headers, text } = await work({
          operationId: requestId,
          isRepeated: false,
          begunAt: new Date(),
        })
        return { status, headers, text }
      },
    },
  })
  return connectApi(
    { url: 'http://api.test', token: 'any' },
    { fetch: async (url, init) => await app.request(new Request(url, init)) },
  )
}

async function upload(bytes: Buffer): Promise<UploadedMedia> {
  return { media: mediaOf(bytes), mime: 'image/jpeg', bytes: bytes.length, width: 1, height: 1 }
}

/** Each look of one who watches has the next of what the client would have shown. */
function looks(watch: CarillonClient['runs']['watch']): CarillonClient['runs']['progress'] {
  let steps: AsyncGenerator<RunProgress> | undefined
  return async (id) => {
    steps ??= watch(id)
    const { value } = await steps.next()
    return value as RunProgress
  }
}
