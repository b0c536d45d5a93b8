// The bare SDK: a worker of nothing but workflows with one timer. It prints how many it has brought to their timer.
import { fileURLToPath } from 'node:url'
import { NativeConnection, Runtime, DefaultLogger, Worker } from '@temporalio/worker'

Runtime.install({ logger: new DefaultLogger('ERROR') })
const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS })
let set = 0
const worker = await Worker.create({
  connection,
  namespace: process.env.TEMPORAL_NAMESPACE,
  taskQueue: 'bare',
  workflowsPath: fileURLToPath(new URL('bare-workflow.mjs', import.meta.url)),
  sinks: {
    timers: {
      set: {
        fn() {
          set += 1
          console.log(`timers ${set}`)
        },
      },
    },
  },
})
console.log('ready')
process.on('SIGTERM', () => worker.shutdown())
await worker.run()
await connection.close()
