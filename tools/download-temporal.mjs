// Lets the SDK download the Temporal CLI into a folder: `download-temporal.mjs <folder> <SDK version>`. The SDK
// can only download by starting a server, so this starts one in memory and stops it. It is a process of its own
// because its caller gives it a deadline, and the SDK's native runtime can't be interrupted.
import { DefaultLogger, Runtime } from '@temporalio/worker'

const [downloadDir, sdkVersion] = process.argv.slice(2)

try {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] })
  const server = await Runtime.instance().createEphemeralServer({
    type: 'dev-server',
    exe: {
      type: 'cached-download',
      downloadDir,
      version: 'default',
      ttl: 24 * 60 * 60 * 1_000,
      sdkName: 'sdk-typescript',
      sdkVersion,
    },
    namespace: 'default',
    ip: '127.0.0.1',
    port: null,
    uiPort: null,
    dbFilename: null,
    ui: false,
    log: { format: 'pretty', level: 'error' },
    extraArgs: [],
  })
  await Runtime.instance().shutdownEphemeralServer(server)
} catch (error) {
  // The cause comes last: "…: error sending request …: client error (Connect): dns error: …".
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
